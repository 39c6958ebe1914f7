import { FlexSsoError } from '../errors.js';
import { type Certificate, readCertificate } from '../saml/certificate.js';
import { type Metadata, readMetadata } from '../saml/metadata.js';
import { difference, tenantOf } from './addresses.js';
import { certificateFindings, named } from './certificates.js';
import { type Diagnosis, listed, verdictOn } from './diagnosis.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';

/** Explains the metadata of an identity provider. Throws an input error where it describes none, or several. */
export function diagnoseMetadata(xml: string, expected: Expected): Diagnosis {
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  let metadata: Metadata;
  try {
    metadata = readMetadata(xml, only(expected.certificates));
  } catch (error) {
    if (!(error instanceof FlexSsoError) || !error.code.startsWith('xml-')) throw error;
    const code = /doctype|large/.test(error.code) || /inside one another/.test(error.message) ? 'unsafe' : 'malformed';
    const findings = [findingOf(`message-${code}`, error.message)];
    return { kind: 'metadata', verdict: 'rejected', findings, details: {} };
  }
  const findings = rank([
    ...addressFindings(metadata, expected, options),
    ...certificatesFindings(metadata.certificates, expected, options),
    ...(/\bWantAuthnRequestsSigned\s*=\s*["'](true|1)["']/.test(xml)
      ? [
          findingOf('signed-request-required', 'WantAuthnRequestsSigned is true in the metadata.', {
            ...options,
            severity: 'info',
            certainty: 'likely',
          }),
        ]
      : []),
  ]);
  const certificates = metadata.certificates.map(certificate => listed(certificate, expected.certificates));
  return {
    kind: 'metadata',
    verdict: verdictOn(findings),
    findings,
    details: { issuer: metadata.entityId, ssoUrls: metadata.ssoUrls, certificates },
  };
}

/** Explains one certificate, also against those that Flex holds. */
export function diagnoseCertificate(certificate: Certificate, expected: Expected): Diagnosis {
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  const { certificates, now } = expected;
  const isKnown = certificates.some(({ thumbprint }) => thumbprint === certificate.thumbprint);
  const findings = rank([
    ...certificateFindings(certificate, now, options),
    ...(certificates.length > 0 && !isKnown
      ? [
          findingOf(
            'certificate-wrong',
            `This is ${named(certificate)}; recorded is ${certificates.map(named).join('; ')}.`,
            options,
          ),
        ]
      : []),
  ]);
  return {
    kind: 'certificate',
    verdict: verdictOn(findings),
    findings,
    details: { certificates: [listed(certificate, certificates)] },
  };
}

const only = ([certificate]: readonly Certificate[]) =>
  certificate ? { activeThumbprint: certificate.thumbprint } : {};

function addressFindings({ entityId, ssoUrls }: Metadata, expected: Expected, options: FindingOptions): Finding[] {
  const urls = Object.values(ssoUrls);
  const [tenant, wanted] = [entityId, expected.issuer ?? ''].map(tenantOf);
  const isOtherTenant = tenant !== undefined && wanted !== undefined && tenant !== wanted;
  const found: Finding[] = [];
  if (expected.issuer && entityId !== expected.issuer)
    found.push(
      findingOf(
        isOtherTenant ? 'tenant-wrong' : 'issuer-mismatch',
        difference('Entity ID of the identity provider', expected.issuer, entityId),
        options,
      ),
    );
  if (expected.ssoUrl && urls.length > 0 && !urls.includes(expected.ssoUrl) && !isOtherTenant)
    found.push(findingOf('sso-url-wrong', difference('Single Sign-On URL', urls[0] ?? '', expected.ssoUrl), options));
  return found;
}

function certificatesFindings(
  given: readonly Certificate[],
  { certificates: held, now }: Expected,
  options: FindingOptions,
): Finding[] {
  // Read again by the clock that everything else is judged by.
  const all = given.map(certificate => readCertificate(certificate.pem, now));
  const valid = all.filter(({ validity }) => validity === 'valid');
  const [first] = all;
  if (!first) return [findingOf('signing-key-missing', 'The metadata lists no signing certificate.', options)];
  if (valid.length === 0) return certificateFindings(all.at(-1) ?? first, now, options);
  const active = valid.filter(({ thumbprint }) => held.some(other => other.thumbprint === thumbprint));
  const list = valid.map(named).join('; ');
  if (held.length > 0 && active.length === 0)
    return [findingOf('certificate-rolled', `Listed: ${list}. Flex holds: ${held.map(named).join('; ')}.`, options)];
  const several =
    valid.length > 1 && active.length === 0
      ? [findingOf('certificate-several-active', `Valid are: ${list}.`, { ...options, severity: 'info' })]
      : [];
  const judged = active.length > 0 ? active : valid.length === 1 ? valid : [];
  return [...several, ...judged.flatMap(certificate => certificateFindings(certificate, now, options))];
}
