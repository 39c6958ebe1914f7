import type { Certificate, CertificatesRead } from '../saml/certificate.js';
import { type Diagnosis, listed, verdictOn } from './diagnosis.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';

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

/** The certificates that others are held against, and how they are known. */
export function heldAgainst({ active, areInFlex, areNamed, recorded }: Expected): string {
  const when = recorded?.at === undefined ? '' : ` on ${recorded.at.slice(0, 10)}`;
  const known = areNamed
    ? 'Named with --certificate'
    : areInFlex
      ? `Given to Flex${when}`
      : `Recorded as active${when}`;
  return `${known}: ${active.map(named).join('; ')}.`;
}

/** Explains certificates, also against the ones that are known. Of several the first is judged, where none of them is known. */
export function diagnoseCertificates({ certificates, unreadable }: CertificatesRead, expected: Expected): Diagnosis {
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  const { active, now } = expected;
  const known = certificates.filter(({ thumbprint }) => active.some(other => other.thumbprint === thumbprint));
  const judged = known.length > 0 ? known : certificates.slice(0, 1);
  const seen = certificates.map(named).join('; ');
  const isUnclear = certificates.length > 1 && active.length === 0;
  const findings = rank([
    ...(unreadable > 0
      ? [findingOf('certificate-unreadable', `Certificates that cannot be read: ${unreadable}.`, options)]
      : []),
    ...judged.flatMap(certificate => certificateFindings(certificate, now, options)),
    ...(active.length > 0 && known.length === 0
      ? [findingOf('certificate-wrong', `This is ${seen}. ${heldAgainst(expected)}`, options)]
      : []),
    ...(isUnclear
      ? [findingOf('certificate-several-active', `Given: ${seen}.`, { ...options, severity: 'info' })]
      : []),
  ]);
  return {
    kind: 'certificate',
    verdict: verdictOn(findings),
    findings,
    details: { certificates: certificates.map(certificate => listed(certificate, expected.recorded)) },
  };
}
