import type { ServicePrincipal } from '@microsoft/microsoft-graph-types';
import type { ApplicationIds } from '../../migration/facts.js';
import type { Facts, ReadContext } from '../../migration/step.js';
import { type ConfiguredCertificate, certificatesOf } from './configured.js';

/**
 * What the legacy application signs with, as long as agents log in through it. Nothing shows the certificate that Flex holds for it, so
 * this is what the way back is compared with.
 */
export async function observeLegacyCertificate(context: ReadContext, ids: ApplicationIds): Promise<Facts> {
  const { legacyCertificate: known, switchedBackAt = '' } = context.migration.facts;
  if (known && known.at >= switchedBackAt) return {};
  // If Flex uses the enhanced connection, the certificate may be a later one.
  if ((await context.flex.connections()).some(({ active }) => active)) return {};
  const graph = await context.graph();
  const select = '$select=id,preferredTokenSigningKeyThumbprint,keyCredentials';
  const principal = await graph.find<ServicePrincipal>(`/servicePrincipals/${ids.servicePrincipalId}?${select}`);
  const signing = principal && signingWith(certificatesOf(principal));
  return signing ? { legacyCertificate: { thumbprint: signing.thumbprint, at: new Date().toISOString() } } : {};
}

/** The certificate that an application signs with: the active one, or the only one. */
export const signingWith = (certificates: readonly ConfiguredCertificate[]): ConfiguredCertificate | undefined =>
  certificates.find(({ isActive }) => isActive) ?? (certificates.length === 1 ? certificates[0] : undefined);
