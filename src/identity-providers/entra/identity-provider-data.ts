import { FlexSsoError } from '../../errors.js';
import type { IdentityProviderData } from '../../migration/state.js';
import type { ReadContext } from '../../migration/step.js';
import { identityProviderData, readMetadata } from '../../saml/metadata.js';
import { readExisting } from './application.js';
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
  const there = await readExisting(graph, ids);
  const thumbprint = there.preferredTokenSigningKeyThumbprint;
  if (!thumbprint)
    throw new FlexSsoError(
      'certificate-inactive',
      `The application "${there.ids.displayName}" has no active signing certificate.`,
      'Make one active in Entra under Single sign-on > SAML Signing Certificate, then run `flex-sso resume`.',
    );
  const url = metadataUrl(there.tenantId ?? migration.facts.legacy?.tenantId ?? 'common', ids.appId);
  return untilSeen(
    async () => {
      const document = await readDocument(url);
      try {
        return identityProviderData(readMetadata(document, { activeThumbprint: thumbprint }), { thumbprint });
      } catch (error) {
        if (error instanceof FlexSsoError && notYetListed.includes(error.code)) return undefined;
        throw error;
      }
    },
    { wait: graph.wait, until: `list the certificate ${thumbprint} in its federation metadata` },
  );
}

/** What metadata lacks for a while after its certificate was added. */
const notYetListed = ['metadata-no-certificate', 'metadata-certificate-not-listed'];

/** Where Entra publishes the metadata of one application. */
const metadataUrl = (tenantId: string, appId: string) =>
  `https://login.microsoftonline.com/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
