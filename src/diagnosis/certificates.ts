import type { Certificate } from '../saml/certificate.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';

const dayMs = 24 * 60 * 60_000;
const soonMs = 30 * dayMs;

/** What is to be said of one certificate that signs, or will sign, logins. */
export function certificateFindings(certificate: Certificate, now: Date, options: FindingOptions = {}): Finding[] {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const seen = named(certificate);
  if (now.getTime() > to) return [findingOf('certificate-expired', seen, options)];
  if (now.getTime() < from) return [findingOf('certificate-not-yet-valid', seen, options)];
  return to - now.getTime() < soonMs ? [findingOf('certificate-expires-soon', seen, options)] : [];
}

/** A certificate as an administrator compares it. */
export const named = ({ thumbprint, subject, validFrom, validTo }: Certificate): string =>
  `thumbprint ${thumbprint}, ${subject.slice(0, 80)}, valid ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`;
