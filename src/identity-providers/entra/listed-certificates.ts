import { isDeepStrictEqual } from 'node:util';
import type { ServicePrincipal } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Facts, ReadContext } from '../../migration/step.js';
import { readMetadata } from '../../saml/metadata.js';
import { GraphError } from './client.js';
import { metadataUrl } from './federation-metadata.js';

/**
 * The signing certificates that Entra publishes for an existing application, which Flex goes on with, and which of them it signs with.
 * Captured messages are verified with them; where they cannot be read, a migration does not need them.
 */
export async function observeListedCertificates(context: ReadContext, ids: ApplicationIds): Promise<Facts> {
  try {
    return await read(context, ids);
  } catch (error) {
    if (error instanceof GraphError || (error instanceof FlexSsoError && error.ending !== 'interrupted')) return {};
    throw error;
  }
}

async function read({ migration, graph: signIn, readDocument }: ReadContext, ids: ApplicationIds): Promise<Facts> {
  const graph = await signIn();
  const select = '$select=id,appOwnerOrganizationId,preferredTokenSigningKeyThumbprint';
  const principal = await graph.find<ServicePrincipal>(`/servicePrincipals/${ids.servicePrincipalId}?${select}`);
  if (!principal) return {};
  const preferred = principal.preferredTokenSigningKeyThumbprint?.toUpperCase();
  const url = metadataUrl(migration, graph, ids, principal.appOwnerOrganizationId ?? undefined);
  const options = preferred ? { activeThumbprint: preferred } : {};
  const { certificates: listed, unreadable } = readMetadata(await readDocument(url), options);
  const valid = listed.filter(({ validity }) => validity === 'valid');
  // Nothing in the metadata says which one is active; where there is one alone, it is that one.
  const active = preferred ?? (valid.length === 1 && unreadable === 0 ? valid[0]?.thumbprint : undefined);
  const listedCertificates = listed.map(({ pem, thumbprint }) => ({ certificate: pem, active: thumbprint === active }));
  // As long as nothing changes, the record stays as it is.
  if (isDeepStrictEqual(listedCertificates, migration.facts.listedCertificates)) return {};
  return { listedCertificates, listedCertificatesAt: new Date().toISOString() };
}
