import { FlexSsoError } from '../../errors.js';
import type { IdentityProviderData } from '../../migration/facts.js';
import type { ReadContext } from '../../migration/step.js';
import { readExisting } from './application.js';
import { metadataUrl, readFederationMetadata } from './federation-metadata.js';
import { readCertificates } from './read.js';
import { explained } from './refusals.js';
import { untilSeen } from './replication.js';

/**
 * Certificate, issuer and SSO URL of the new application, from its federation metadata, once that lists the certificate that is
 * active: nothing in the metadata itself says which one is.
 */
export function readIdentityProviderData(context: ReadContext): Promise<IdentityProviderData> {
  return explained(() => read(context));
}

async function read({ migration, graph: signIn, readDocument }: ReadContext): Promise<IdentityProviderData> {
  const ids = migration.facts.application;
  if (!ids)
    throw new FlexSsoError(
      'application-unknown',
      'The new application in Entra is not there yet, so there is no certificate to hand to Flex.',
      'Run `flex-sso resume`: the step before creates it.',
    );
  const graph = await signIn();
  const there = (await readCertificates(graph, ids)) ?? (await readExisting(graph, ids));
  const thumbprint = there.preferredTokenSigningKeyThumbprint;
  if (!thumbprint)
    throw new FlexSsoError(
      'certificate-inactive',
      `The application "${ids.displayName}" has no active signing certificate.`,
      'Make one active in Entra under Single sign-on > SAML Signing Certificate, then run `flex-sso resume`.',
    );
  const url = metadataUrl(migration, graph, ids, there.tenantId);
  return untilSeen(() => readFederationMetadata({ readDocument }, url, thumbprint), {
    wait: graph.wait,
    until: `list the certificate ${thumbprint} in its federation metadata`,
  });
}
