import { isLoopback } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import { type Certificate, readCertificate } from '../saml/certificate.js';
import type { Metadata } from '../saml/identity-provider-descriptor.js';
import { readIdentityProviders } from '../saml/metadata.js';
import { isTemplate } from '../saml/template.js';
import { isUnsafe } from '../saml/xml.js';
import { difference, tenantOf } from './addresses.js';
import { certificateFindings, heldAgainst, named } from './certificates.js';
import { type Diagnosis, listed, verdictOn } from './diagnosis.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';
import { refusalFinding } from './signatures.js';
import { whose } from './whose.js';

/** Explains the metadata of an identity provider; of several the one that is known. Throws an input error where it describes none. */
export function diagnoseMetadata(xml: string, given: Expected): Diagnosis {
  let providers: readonly Metadata[];
  try {
    providers = readIdentityProviders(xml);
  } catch (error) {
    if (!(error instanceof FlexSsoError) || !error.code.startsWith('xml-')) throw error;
    const refusal = refusalFinding({ reason: isUnsafe(error) ? 'unsafe' : 'malformed', detail: error.message });
    return { kind: 'metadata', verdict: 'rejected', findings: [refusal], details: {} };
  }
  const metadata = known(providers, given);
  const [first] = metadata ? [metadata] : providers;
  const addresses = [first?.entityId, ...Object.values(first?.ssoUrls ?? {})];
  const expected = { ...given, identityProvider: whose(addresses, given.identityProvider) };
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  if (!metadata) return severalDiagnosis(providers, options);
  const findings = rank([
    ...addressFindings(metadata, expected, options),
    ...documentFindings(metadata, expected, options),
    ...certificatesFindings(metadata, expected, options),
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
  const certificates = metadata.certificates.map(certificate => listed(certificate, expected.recorded));
  return {
    kind: 'metadata',
    verdict: verdictOn(findings),
    findings,
    details: { issuer: metadata.entityId, ssoUrls: metadata.ssoUrls, certificates },
  };
}

/** The only one, or of several the one that holds a known certificate, or else has the known Entity ID. */
function known(providers: readonly Metadata[], { active, certificates, issuer }: Expected): Metadata | undefined {
  const holding = (held: readonly Certificate[]) =>
    providers.filter(it => it.certificates.some(one => held.some(other => other.thumbprint === one.thumbprint)));
  const ways = [providers, holding(active), holding(certificates), providers.filter(it => it.entityId === issuer)];
  return ways.find(found => found.length === 1)?.[0];
}

function severalDiagnosis(providers: readonly Metadata[], options: FindingOptions): Diagnosis {
  const identityProviders = providers.map(({ entityId }) => entityId);
  const evidence = `${providers.length} are described: ${identityProviders.slice(0, 10).join(', ')}.`;
  const findings = [findingOf('identity-providers-several', evidence, options)];
  return { kind: 'metadata', verdict: verdictOn(findings), findings, details: { identityProviders } };
}

/** Whether the document is complete, and still to be used. */
function documentFindings(metadata: Metadata, { now }: Expected, options: FindingOptions): Finding[] {
  const { entityId, writtenEntityId, otherProtocols, ssoUrls, unusable, certificates, validUntil, unreadable } =
    metadata;
  const [template] = [entityId, ...Object.values(ssoUrls)].filter(isTemplate);
  const chained = certificates.flatMap(({ note }) => note ?? []);
  const unread: FindingOptions = { ...options, severity: certificates.length === 0 ? 'error' : 'warning' };
  const isOver = validUntil !== undefined && Date.parse(validUntil) < now.getTime();
  return [
    ...(Object.keys(ssoUrls).length === 0
      ? [findingOf('sso-url-absent', 'There is no SingleSignOnService with HTTP-Redirect or HTTP-POST.', options)]
      : []),
    ...(otherProtocols === undefined
      ? []
      : [
          findingOf(
            'saml-version-unsupported',
            `protocolSupportEnumeration is "${otherProtocols.slice(0, 200)}".`,
            options,
          ),
        ]),
    ...unusable.map(({ binding, location }) =>
      findingOf('sso-url-unusable', `${binding} names "${location.slice(0, 100)}".`, options),
    ),
    ...unreachableFindings(ssoUrls, options),
    ...(writtenEntityId === undefined
      ? []
      : [findingOf('entity-id-spaced', `entityID is "${writtenEntityId.slice(0, 200)}".`, options)]),
    ...(template === undefined
      ? []
      : [findingOf('metadata-template', `It names "${template.slice(0, 100)}".`, options)]),
    ...(chained[0] ? [findingOf('certificate-chained', chained[0], options)] : []),
    ...(isOver ? [findingOf('metadata-outdated', `validUntil is ${validUntil.slice(0, 40)}.`, options)] : []),
    ...(unreadable > 0
      ? [findingOf('certificate-unreadable', `Signing certificates that cannot be read: ${unreadable}.`, unread)]
      : []),
  ];
}

/** The single sign-on URLs that the browsers of agents cannot open, or can only without encryption. */
function unreachableFindings(ssoUrls: Metadata['ssoUrls'], options: FindingOptions): Finding[] {
  const urls = Object.entries(ssoUrls).map(([binding, location]) => ({ binding, location, url: new URL(location) }));
  const [local] = urls.filter(({ url }) => isLoopback(url.hostname));
  const [plain] = urls.filter(({ url }) => url.protocol !== 'https:');
  const severity = urls.every(({ url }) => isLoopback(url.hostname)) ? 'error' : 'warning';
  const said = ({ binding, location }: { binding: string; location: string }) =>
    `${binding} names "${location.slice(0, 100)}"`;
  if (local)
    return [
      findingOf('sso-url-unusable', `${said(local)}: each browser would look on its own computer.`, {
        ...options,
        severity,
      }),
    ];
  return plain ? [findingOf('sso-url-unusable', `${said(plain)}, which is not https.`, options)] : [];
}

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
  { certificates, unreadable }: Metadata,
  expected: Expected,
  options: FindingOptions,
): Finding[] {
  const { active: held, areNamed, now } = expected;
  // Read again by the clock that everything else is judged by.
  const all = certificates.map(certificate => readCertificate(certificate.pem, now));
  const valid = all.filter(({ validity }) => validity === 'valid');
  const [first] = all;
  const none = 'The metadata lists no signing certificate.';
  if (!first) return unreadable > 0 ? [] : [findingOf('signing-key-missing', none, options)];
  if (valid.length === 0) return certificateFindings(all.at(-1) ?? first, now, options);
  const active = valid.filter(({ thumbprint }) => held.some(other => other.thumbprint === thumbprint));
  const list = valid.map(named).join('; ');
  if (held.length > 0 && active.length === 0) {
    const certainty = areNamed ? 'likely' : 'seen';
    return [findingOf('certificate-rolled', `Listed: ${list}. ${heldAgainst(expected)}`, { ...options, certainty })];
  }
  const several =
    valid.length > 1 && active.length === 0
      ? [findingOf('certificate-several-active', `Valid are: ${list}.`, { ...options, severity: 'info' })]
      : [];
  const judged = active.length > 0 ? active : valid.length === 1 ? valid : [];
  return [...several, ...judged.flatMap(certificate => certificateFindings(certificate, now, options))];
}
