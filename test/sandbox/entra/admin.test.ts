import { parse } from 'node-html-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountSid, type ServedEntra, serveEntra } from './serve.js';

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra();
});
afterAll(() => entra.close());

const okta = 'https://login.microsoftonline.com/admin/okta';
const legacy = () => entra.directory.applications.find(one => one.displayName === 'Twilio Flex');
const submit = (fields: Record<string, string>) => entra.form(okta, { application: legacy()?.id ?? '', ...fields });

it("shows the SAML applications with the identity provider's own labels", async () => {
  const page = parse((await entra.request('GET', okta)).text);
  const labels = page.querySelectorAll('form label').map(label => label.childNodes[0]?.text.trim());
  expect(labels).toEqual(['Application', 'Audience URI (SP Entity ID)', 'Single sign on URL']);
  expect(page.querySelectorAll('button').map(button => button.text)).toEqual(['Save', 'Create application']);
  expect(page.querySelector('input[name=entityId]')?.getAttribute('value')).toContain(accountSid);
});

it('refuses what an identity provider refuses', async () => {
  const answer = await submit({ entityId: 'urn:flex:JQ1/', acsUrl: 'https://login.example/', action: 'save' });
  expect(answer.status).toBe(400);
  expect(parse(answer.text).querySelector('[role=alert]')?.text).toContain('is invalid');
});

it('makes an application that says the same of everybody, and shows its metadata', async () => {
  const acsUrl = 'https://login.flex.us1.twilio.com/login/callback?connection=JQ1';
  const answer = await submit({ entityId: 'urn:flex:JQ1', acsUrl, action: 'create' });
  expect(answer.status).toBe(303);
  const page = await entra.request('GET', answer.headers.location ?? '');
  const metadata = parse(page.text).getElementById('metadata-url')?.text ?? '';
  const { text } = await entra.request('GET', metadata);
  const created = entra.directory.applications.at(-1);
  expect(created).toMatchObject({ identifierUris: ['urn:flex:JQ1'], web: { redirectUris: [acsUrl] } });
  const principal = entra.directory.servicePrincipals.find(one => one.appId === created?.appId);
  const key = entra.directory.signingKeys.find(one => one.servicePrincipalId === principal?.id);
  expect(text).toContain(key?.certificate);
  const assigned = (id: string | undefined) =>
    entra.directory.appRoleAssignments.filter(one => one.resourceId === id).length;
  const model = entra.directory.servicePrincipals.find(one => one.appId === legacy()?.appId);
  expect(assigned(principal?.id)).toBe(assigned(model?.id));
  expect(entra.saves()).toBe(1);
});

it('changes the existing application', async () => {
  const acsUrl = 'https://login.flex.us1.twilio.com/login/callback?connection=JQ2';
  await submit({ entityId: 'urn:flex:JQ2', acsUrl, action: 'save' });
  expect(legacy()).toMatchObject({ identifierUris: ['urn:flex:JQ2'], web: { redirectUris: [acsUrl] } });
});
