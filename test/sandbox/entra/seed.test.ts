import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  type Directory,
  legacyAssertions,
  legacyIdentityProviderData,
  seedDirectory,
} from '../../../src/sandbox/entra/directory.js';

const accountSid = `AC${'f'.repeat(32)}`;

function withoutKeys(directory: Directory): unknown {
  const { registration, signingKeys: _, servicePrincipals, ...rest } = directory;
  const principals = servicePrincipals.map(one => ({ ...one, preferredTokenSigningKeyThumbprint: null }));
  return { ...rest, principals, clientId: registration.clientId };
}

it('seeds the same tenant twice, but for the keys', async () => {
  const [first, second] = [
    await seedDirectory({ accountSid, users: 25 }),
    await seedDirectory({ accountSid, users: 25 }),
  ];
  expect(withoutKeys(first)).toEqual(withoutKeys(second));
  expect(first.signingKeys[0]?.privateKey).not.toBe(second.signingKeys[0]?.privateKey);
  expect(first.registration.clientSecret).not.toBe(second.registration.clientSecret);
});

it('gives the legacy application a certificate that is valid and signs for itself', async () => {
  const directory = await seedDirectory({ accountSid, users: 1 });
  const certificate = new X509Certificate(legacyIdentityProviderData(directory).certificate);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toBe('CN=Microsoft Azure Federated SSO Certificate');
  expect(certificate.fingerprint.replaceAll(':', '')).toBe(directory.signingKeys[0]?.thumbprint);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
});

it.each([1, 25, 5000])('gives %i people a UPN of their own and a role', async users => {
  const directory = await seedDirectory({ accountSid, users });
  const assertions = legacyAssertions(directory);
  expect(new Set(assertions.map(one => one.nameId.toLowerCase())).size).toBe(users);
  expect(assertions.every(one => one.roles.length > 0)).toBe(true);
  expect(assertions.some(one => one.roles.includes('admin'))).toBe(true);
});
