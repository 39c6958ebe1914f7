import { afterEach, describe, expect, it } from 'vitest';
import { readIdentityProviderData } from '../../../src/identity-providers/entra/identity-provider-data.js';
import { readCertificate } from '../../../src/saml/certificate.js';
import { openTenant, type Tenant } from './tenant.js';
import { createWalker } from './walk.js';

let tenant: Tenant;
afterEach(() => tenant.close());

describe('what Flex needs of the new application', () => {
  it('is read from its metadata once that lists the active certificate', async () => {
    tenant = await openTenant({ users: 3, manners: { unpublishedReads: 3 } });
    const walker = createWalker(tenant);
    await walker.walk();
    // The certificate was activated once it was listed there.
    expect(tenant.waits).toEqual(expect.arrayContaining([100, 200, 400]));
    const data = await readIdentityProviderData(walker.context());
    const { tenantId, servicePrincipals } = tenant.directory;
    expect(data).toMatchObject({
      issuer: `https://sts.windows.net/${tenantId}/`,
      ssoUrl: `https://login.microsoftonline.com/${tenantId}/saml2`,
    });
    const id = walker.migration.facts.application?.servicePrincipalId;
    const active = servicePrincipals.find(held => held.id === id)?.preferredTokenSigningKeyThumbprint;
    expect(readCertificate(data.certificate).thumbprint).toBe(active);
  });

  it('says so where there is no application, and where its certificate is not active', async () => {
    tenant = await openTenant({ users: 3 });
    const walker = createWalker(tenant);
    await expect(readIdentityProviderData(walker.context())).rejects.toMatchObject({ code: 'application-unknown' });
    await walker.walk();
    for (const principal of tenant.directory.servicePrincipals) principal.preferredTokenSigningKeyThumbprint = null;
    await expect(readIdentityProviderData(walker.context())).rejects.toMatchObject({ code: 'certificate-inactive' });
  });
});
