import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { type ServedEntra, serveEntra } from './serve.js';

let entra: ServedEntra;
beforeAll(async () => {
  entra = await serveEntra();
});
afterAll(() => entra.close());

async function certificates(): Promise<{ idp: string[]; wsFed: string[]; entityId: string }> {
  const { tenantId, servicePrincipals } = entra.directory;
  const appId = servicePrincipals.find(one => one.displayName === 'Twilio Flex')?.appId;
  const url = `https://login.microsoftonline.com/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
  const { text } = await entra.request('GET', url);
  const { EntityDescriptor } = await parseStringPromise(text);
  const of = (descriptor: { KeyDescriptor: { KeyInfo: { X509Data: { X509Certificate: string[] }[] }[] }[] }) =>
    descriptor.KeyDescriptor.flatMap(one => one.KeyInfo[0]?.X509Data[0]?.X509Certificate ?? []);
  return {
    idp: of(EntityDescriptor.IDPSSODescriptor[0]),
    wsFed: of(EntityDescriptor.RoleDescriptor[0]),
    entityId: EntityDescriptor.$.entityID,
  };
}

it('lists every certificate in both descriptors, a new one after a while', async () => {
  const { tenantId, servicePrincipals, signingKeys } = entra.directory;
  const first = signingKeys[0]?.certificate;
  expect(await certificates()).toEqual({
    idp: [first],
    wsFed: [first],
    entityId: `https://sts.windows.net/${tenantId}/`,
  });
  const id = servicePrincipals.find(one => one.displayName === 'Twilio Flex')?.id;
  const added = await entra.graph('POST', `/v1.0/servicePrincipals/${id}/addTokenSigningCertificate`, {
    displayName: 'CN=Twilio Flex',
    endDateTime: new Date(Date.now() + 86_400_000).toISOString(),
  });
  expect(added.body).toMatchObject({ usage: 'Verify', type: 'AsymmetricX509Cert' });
  expect((await certificates()).idp).toEqual([first]);
  const { idp, wsFed } = await certificates();
  expect(idp).toEqual([first, added.body.key]);
  expect(wsFed).toEqual(idp);
});

it('knows no application that is not there', async () => {
  const { tenantId } = entra.directory;
  const url = `https://login.microsoftonline.com/${tenantId}/FederationMetadata/2007-06/FederationMetadata.xml?appid=x`;
  const answer = await entra.request('GET', url);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('AADSTS700016');
});
