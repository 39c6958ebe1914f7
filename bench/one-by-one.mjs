import { withFolder, withSandbox } from './flex-sso.mjs';

/** A role that the template gives to every application. */
const templateRole = '18d14569-c3bd-439b-9a66-3a2aee01d14f';
const nonGalleryTemplate = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';

/** Milliseconds of each assignment where the next is written when the last was answered. */
export const oneByOne = (count, fault) =>
  withFolder(state =>
    withSandbox(['--users', String(count), '--fault', fault, '--state', state], async served => {
      const graph = await graphClient(served);
      const made = await graph('POST', `/applicationTemplates/${nonGalleryTemplate}/instantiate`, {
        displayName: 'One by one',
      });
      const path = `/servicePrincipals/${made.servicePrincipal.id}/appRoleAssignedTo`;
      // The first request by id does not find what is new.
      await graph('GET', path).catch(() => undefined);
      const { value } = await graph('GET', `/users?$select=id&$top=${count}`);
      const started = performance.now();
      for (const { id: principalId } of value)
        await graph('POST', path, { principalId, resourceId: made.servicePrincipal.id, appRoleId: templateRole });
      return (performance.now() - started) / value.length;
    }),
  );

async function graphClient({ endpoints, credentials }) {
  const answer = await fetch(`${endpoints.login}/${credentials.AZURE_TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.AZURE_CLIENT_ID,
      client_secret: credentials.AZURE_CLIENT_SECRET,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const { access_token: token } = await answer.json();
  return async (method, target, body) => {
    const response = await fetch(`${endpoints.graph}/v1.0${target}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${target} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
}
