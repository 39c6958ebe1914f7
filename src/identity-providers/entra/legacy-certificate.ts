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
  const [signing, ...others] = principal ? maySign(certificatesOf(principal)) : [];
  if (!signing || others.length > 0) return {};
  return { legacyCertificate: { thumbprint: signing.thumbprint, at: new Date().toISOString() } };
}

/**
 * The certificates of which an application signs with one: the active one as long as it is valid. Without it, Entra takes another valid
 * one at once, and nothing shows which.
 */
export function maySign(certificates: readonly ConfiguredCertificate[], now = Date.now()): ConfiguredCertificate[] {
  const valid = certificates.filter(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= now && now < Date.parse(validTo),
  );
  const active = valid.find(({ isActive }) => isActive);
  return active ? [active] : valid;
}
