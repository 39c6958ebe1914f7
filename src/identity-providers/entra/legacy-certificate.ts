import type { ConfiguredCertificate } from './configured.js';

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
