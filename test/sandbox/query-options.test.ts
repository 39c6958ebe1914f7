import { expect, test } from 'vitest';
import { serveEntra } from './entra/serve.js';
import { testSandbox } from './support.js';

test('Graph refuses what it is not served with, in its own words, and does nothing', async () => {
  const { graph, directory, close } = await serveEntra();
  const [application] = directory.applications;
  const unsupported = 'Request_UnsupportedQuery';
  for (const [path, code] of [
    ['/v1.0/users?$expand=manager', unsupported],
    ['/v1.0/users?$skip=10', unsupported],
    ['/v1.0/users?$format=xml', unsupported],
    ['/v1.0/users?filter=accountEnabled eq true', 'BadRequest'],
    ['/v1.0/users?$Select=id', 'BadRequest'],
    ['/v1.0/users?$select=id&$select=mail', unsupported],
    ['/v1.0/users?$count=1', 'BadRequest'],
    ['/v1.0/users?$orderby=displayName,mail', unsupported],
    [`/v1.0/applications/${application?.id}?$top=5`, unsupported],
    [`/v1.0/applications/${application?.id}/appRoles?$skip=1`, unsupported],
    ['/v1.0/servicePrincipals?$expand=owners', unsupported],
    ['/v1.0/servicePrincipals?$expand=appRoleAssignments($top=1)', unsupported],
    ['/v1.0/policies/defaultAppManagementPolicy?$expand=x', unsupported],
    ["/v1.0/users?$filter=favouriteColour eq 'x'", 'BadRequest'],
    ["/v1.0/users?$filter=startswith(favouriteColour,'x')", 'BadRequest'],
    ["/v1.0/applications?$filter=urls/any(u:u eq 'x')", 'BadRequest'],
    ["/v1.0/applications?$filter=displayName eq 'x' or (tag eq 'y')", 'BadRequest'],
    ["/v1.0/applications?$filter=web/urls eq 'x'", unsupported],
    ['/v1.0/users?$select=id,favouriteColour', 'BadRequest'],
    [`/v1.0/applications/${application?.id}?$select=favouriteColour`, 'BadRequest'],
    [`/v1.0/applications/${application?.id}?$select=web/redirectUris`, 'BadRequest'],
    ['/v1.0/users?$orderby=favouriteColour', 'BadRequest'],
    ['/v1.0/users?$orderby=displayName desc mail', unsupported],
    ['/v1.0/users?$orderby=aboutMe', unsupported],
    ['/v1.0/users/$count', 'Request_BadRequest'],
    ['/v1.0/users/$count?$top=1', 'Request_BadRequest'],
  ] as const) {
    const { status, body } = await graph('GET', path.replaceAll(' ', '%20'));
    expect({ path, status, code: body.error?.code }).toEqual({ path, status: 400, code });
  }
  const patched = await graph('PATCH', `/v1.0/applications/${application?.id}?dryRun=true`, { notes: 'written' });
  expect(patched.status).toBe(400);
  expect(application?.notes).not.toBe('written');
  await close();
});

test('what Graph has and the sandbox does not keep is empty, if it is selected', async () => {
  const { graph, directory, close } = await serveEntra();
  const [user] = directory.users;
  const { body } = await graph('GET', `/v1.0/users/${user?.id}?$select=id,aboutMe,extension_${'0'.repeat(32)}_x`);
  expect(body).toMatchObject({ id: user?.id, aboutMe: null, [`extension_${'0'.repeat(32)}_x`]: null });
  await close();
});

test('the number of a collection is told', async () => {
  const { request, token, directory, close } = await serveEntra();
  const headers = { Authorization: `Bearer ${await token()}`, ConsistencyLevel: 'eventual' };
  const number = async (path: string) => (await request('GET', `https://graph.microsoft.com${path}`, { headers })).text;
  expect(await number('/v1.0/users/$count')).toBe(String(directory.users.length));
  const [user] = directory.users;
  const filter = encodeURIComponent(`id eq '${user?.id}'`);
  expect(await number(`/v1.0/users/$count?$filter=${filter}`)).toBe('1');
  const [group] = directory.groups;
  expect(await number(`/v1.0/groups/${group?.id}/members/$count`)).toBe(String(group?.members.length));
  expect(await number('/v1.0/servicePrincipals/%24count')).toBe(String(directory.servicePrincipals.length));
  await close();
});

test('a member of a batch is refused like a request of its own', async () => {
  const { graph, close } = await serveEntra();
  const requests = ['/users?$select=id', '/users?$skip=1'].map((url, id) => ({ id: String(id), method: 'GET', url }));
  const { body } = await graph('POST', '/v1.0/$batch', { requests });
  expect(body.responses).toMatchObject([{ status: 200 }, { status: 400 }]);
  await close();
});

test('a service principal is expanded by the assignments of either side', async () => {
  const { graph, directory, close } = await serveEntra();
  const { resourceId = '' } = directory.appRoleAssignments[0] ?? {};
  const path = `/v1.0/servicePrincipals/${resourceId}?$select=id&$expand=appRoleAssignedTo,appRoleAssignments`;
  const { appRoleAssignedTo, appRoleAssignments } = (await graph('GET', path)).body;
  expect(appRoleAssignedTo).toHaveLength(Math.min(directory.appRoleAssignments.length, 20));
  expect(appRoleAssignments).toEqual([]);
  await close();
});

test('Twilio’s services and the logins refuse a query option, too', async () => {
  const { http, credentials, world } = await testSandbox();
  const { instanceSid, workspaceSid, accountSid } = world.account;
  const basic = Buffer.from(`${accountSid}:${credentials.TWILIO_AUTH_TOKEN}`).toString('base64');
  const { tenantId } = world.directory;
  for (const [method, url] of [
    ['GET', `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/Workers?TargetWorkersExpression=x`],
    ['GET', `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/Workers?FriendlyName=a&FriendlyName=b`],
    ['GET', `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/Workers/WK1?PageSize=1`],
    ...['PageSize=x', 'PageSize=0', 'PageSize=1001', 'Page=-1', 'Page=1e3', 'Page=1&PageToken=PT2'].map(
      query => ['GET', `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/Workers?${query}`] as const,
    ),
    ['GET', `https://flex-api.twilio.com/v1/Instances/${instanceSid}/Users?Username=ann`],
    ['GET', 'https://flex-api.twilio.com/v1/Configuration?PageSize=1'],
    ['GET', `https://services.twilio.com/v1/Flex/Authentication/Config?accountSid=${accountSid}`],
    ['GET', 'https://services.twilio.com/v1/Flex/Authorize?sso_profile_sid=JQ1'],
    ['POST', 'https://services.twilio.com/v1/Flex/OAuth/Tokens?code=1'],
    ['POST', `https://iam.twilio.com/v1/Accounts/${accountSid}/authenticate?resource=x`],
    ['GET', 'https://login.flex.us1.twilio.com/authorize?prompt=none'],
  ] as const) {
    const { status, text } = await http({ method, url, headers: { authorization: `Basic ${basic}` } });
    expect({ url, status, ...JSON.parse(text) }).toMatchObject({
      url,
      status: 400,
      code: 20001,
      message: expect.stringMatching(/does not understand|^Invalid value/),
    });
  }
  for (const path of [
    'v2.0/.well-known/openid-configuration?appid=x',
    'saml2?username=ann',
    'oauth2/v2.0/token?dc=x',
  ]) {
    const method = path.includes('token') ? 'POST' : 'GET';
    const { status, text } = await http({ method, url: `https://login.microsoftonline.com/${tenantId}/${path}` });
    expect({ path, status, text }).toEqual({ path, status: 400, text: expect.stringContaining('does not understand') });
  }
});
