import { clouds, publicEndpoints } from '../../endpoints.js';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds, IdentityProviderData } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { ReadContext } from '../../migration/step.js';
import { garbledAnswer, serverAt } from '../../network-trouble.js';
import { identityProviderData, readMetadata } from '../../saml/metadata.js';
import type { GraphReader } from './client.js';
import { cloudOf } from './cloud.js';

/** What metadata lacks for a while after its certificate was added. */
const notYetListed = ['metadata-no-certificate', 'metadata-certificate-not-listed'];

/** The three values for Flex with this certificate, from an application's metadata; `undefined` as long as that does not list it. */
export async function readFederationMetadata(
  { readDocument }: Pick<ReadContext, 'readDocument'>,
  url: string,
  thumbprint: string,
): Promise<IdentityProviderData | undefined> {
  const document = await readDocument(url);
  try {
    return identityProviderData(readMetadata(document, { activeThumbprint: thumbprint }), { thumbprint });
  } catch (error) {
    if (!(error instanceof FlexSsoError)) throw error;
    if (notYetListed.includes(error.code)) return undefined;
    // Nobody typed this document: it came from Entra, or from something in between.
    throw garbledAnswer(serverAt(publicEndpoints, url), error.message.replace(/\.$/, ''), error);
  }
}

/** Where Entra publishes the metadata of one application. */
export function metadataUrl(
  migration: Pick<Migration, 'answers' | 'facts'>,
  graph: Pick<GraphReader, 'urlOf'>,
  { appId }: Pick<ApplicationIds, 'appId'>,
  tenantId: string | undefined,
): string {
  const tenant = tenantId ?? migration.facts.legacy?.tenantId ?? 'common';
  const { login } = clouds[cloudOf(migration, graph)];
  return `${login}/${tenant}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
}
