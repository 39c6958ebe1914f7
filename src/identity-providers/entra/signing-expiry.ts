import { activeCertificate, type EntraApplication, type SigningCertificate } from './read.js';

const day = 24 * 60 * 60 * 1000;
/** Entra's first letter about it goes out then. */
const nearDays = 60;

/** When a certificate expires, in words that follow "which …", and whether that is soon. */
export function expiryOf({ endDateTime }: SigningCertificate, now = Date.now()): { words: string; isNear: boolean } {
  const days = Math.floor((Date.parse(endDateTime) - now) / day);
  const date = endDateTime.slice(0, 10);
  const isNear = days < nearDays;
  return { words: isNear ? `expires in ${days} days, on ${date}` : `is valid until ${date}`, isNear };
}

/** What there is to say of the certificate that an application in use signs with; `undefined` where it is good for some time. */
export function expiryNote(application: EntraApplication): string | undefined {
  const { certificates, preferredTokenSigningKeyThumbprint: preferred, ids } = application;
  const active = activeCertificate(application);
  if (active) {
    const { words, isNear } = expiryOf(active);
    if (!isNear) return undefined;
    return (
      `The application "${ids.displayName}" signs with a certificate which ${words}. Replace it in time, in Entra and in Flex Console ` +
      'at once; flex-sso does not touch it.'
    );
  }
  const expired = certificates.find(({ thumbprint }) => thumbprint === preferred);
  if (!expired) return undefined;
  return (
    `The application "${ids.displayName}" signs with a certificate that expired on ${expired.endDateTime.slice(0, 10)}. flex-sso does ` +
    'not touch it: Entra would sign with a new one at once, and the legacy login fail until Flex has it too.'
  );
}
