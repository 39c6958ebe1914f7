import { randomUUID } from 'node:crypto';
import type { Misconfiguration, Setting } from '../setting.js';
import { nameIdentifier } from './claims.js';
import type { SigningKey } from './directory.js';
import {
  assignedPolicy,
  claimsMappingDefinition,
  type TokenIssuanceDefinition,
  tokenIssuanceDefinition,
} from './policies.js';
import { certificatePem, createSigningKey } from './self-signed-certificate.js';

const day = 24 * 60 * 60_000;

/** What can be wrong with the certificates of an application and with how it signs. */
export const signingMisconfigurations: Readonly<Record<string, Misconfiguration>> = {
  async 'certificate-rolled'(setting) {
    activate(setting, await newKey(setting));
  },
  async 'certificate-inactive'(setting) {
    enterInFlex(setting, await newKey(setting));
  },
  async 'certificate-several'(setting) {
    await newKey(setting);
  },
  async 'certificate-expired'(setting) {
    removeKeys(setting);
    const key = await newKey(setting, new Date(Date.now() - 400 * day), new Date(Date.now() - day));
    activate(setting, key);
    enterInFlex(setting, key);
  },
  async 'certificate-not-yet-valid'(setting) {
    removeKeys(setting);
    const key = await newKey(setting, new Date(Date.now() + 2 * day));
    activate(setting, key);
    enterInFlex(setting, key);
  },
  'no-signing-key'(setting) {
    removeKeys(setting);
    keepClaimsInPortal(setting);
  },
  'policy-without-key': removeKeys,
  'response-unsigned': setting => sign(setting, { TokenResponseSigningPolicy: 'TokenOnly' }),
  'assertion-unsigned': setting => sign(setting, { TokenResponseSigningPolicy: 'ResponseOnly' }),
  sha1: setting => sign(setting, { SigningAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
  'assertion-encrypted'({ application }) {
    application.tokenEncryptionKeyId = randomUUID();
  },
};

async function newKey(
  { directory, application, servicePrincipal }: Setting,
  notBefore = new Date(),
  notAfter?: Date,
): Promise<SigningKey> {
  const key = await createSigningKey({
    servicePrincipalId: servicePrincipal.id,
    commonName: application.displayName,
    notBefore,
    ...(notAfter && { notAfter }),
  });
  directory.signingKeys.push(key);
  return key;
}

function activate({ servicePrincipal }: Setting, { thumbprint }: SigningKey): void {
  servicePrincipal.preferredTokenSigningKeyThumbprint = thumbprint;
}

function enterInFlex({ connection }: Setting, key: SigningKey): void {
  if (connection.identityProviderData) connection.identityProviderData.certificate = certificatePem(key);
}

function removeKeys({ directory, servicePrincipal }: Setting): void {
  directory.signingKeys = directory.signingKeys.filter(key => key.servicePrincipalId !== servicePrincipal.id);
  servicePrincipal.preferredTokenSigningKeyThumbprint = null;
}

function sign({ directory, servicePrincipal }: Setting, change: Partial<TokenIssuanceDefinition>): void {
  const policy = assignedPolicy(directory, 'tokenIssuancePolicies', servicePrincipal.id);
  if (policy)
    policy.definition = [JSON.stringify({ TokenIssuancePolicy: { ...tokenIssuanceDefinition(policy), ...change } })];
}

/** The same claims, but as the portal keeps them. */
function keepClaimsInPortal({ directory, servicePrincipal }: Setting): void {
  const policy = assignedPolicy(directory, 'claimsMappingPolicies', servicePrincipal.id);
  if (!policy) return;
  const { ClaimsSchema } = claimsMappingDefinition(policy);
  directory.claimsPolicies[servicePrincipal.id] = {
    id: randomUUID(),
    includeBasicClaimSet: false,
    claims: ClaimsSchema.map(({ Source = '', ID, Value, SamlClaimType }) => ({
      ...(SamlClaimType !== nameIdentifier && SamlClaimType && { name: SamlClaimType }),
      source: Source,
      attribute: ID ?? Value ?? '',
    })),
  };
  directory.policyAssignments = directory.policyAssignments.filter(
    held => held.servicePrincipalId !== servicePrincipal.id || held.policyId !== policy.id,
  );
}
