import type { Assertion, Envelope } from '../saml/assertion.js';
import type { CauseCode } from './causes.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';

/** Whether a response comes from the right identity provider and is meant for this connection and this login. */
export function addressFindings(
  envelope: Envelope,
  assertion: Assertion | undefined,
  expected: Expected,
  options: FindingOptions,
): Finding[] {
  const recipients = assertion?.confirmations.map(confirmation => confirmation.recipient ?? '') ?? [];
  return [
    ...issuer([envelope.issuer, assertion?.issuer], expected, options),
    ...acsUrls(
      'destination-mismatch',
      'Destination',
      envelope.destination ? [envelope.destination] : [],
      expected,
      options,
    ),
    ...acsUrls('recipient-mismatch', 'Recipient', recipients, expected, options),
    ...(assertion ? audience(assertion.audiences, expected, options) : []),
    ...inResponseTo(envelope, assertion, expected, options),
  ];
}

/** Compares an Entity ID of Flex; says what kind of other one it is. Also for the Issuer of an AuthnRequest. */
export const entityIdFinding = addressFinding('entityId');

/** Compares an ACS URL of Flex in the same way. */
export const acsUrlFinding = addressFinding('acsUrl');

function addressFinding(name: 'entityId' | 'acsUrl') {
  return (
    otherwise: CauseCode,
    label: string,
    seen: string,
    expected: Expected,
    options: FindingOptions,
  ): Finding[] => {
    const wanted = expected.serviceProvider?.[name];
    if (!wanted || seen === wanted) return [];
    const isLegacy = expected.legacy.some(legacy => legacy[name] === seen);
    return [findingOf(kind(isLegacy, seen, wanted, otherwise), difference(label, wanted, seen), options)];
  };
}

function kind(isLegacy: boolean, seen: string, wanted: string, otherwise: CauseCode): CauseCode {
  if (isLegacy) return 'entity-id-legacy';
  const [connection, own] = [seen, wanted].map(value => /\bJQ[0-9a-f]{32}\b/.exec(value)?.[0]);
  return connection && own && connection !== own ? 'connection-wrong' : otherwise;
}

/** Both sides, and what it is where eyes do not see it. */
export function difference(label: string, wanted: string, seen: string): string {
  const [a, b] = [wanted, seen].map(value => value.trim().replace(/\/$/, ''));
  const hint =
    seen === ''
      ? ''
      : a === b
        ? ' They differ in a slash or a space at the end.'
        : a?.toLowerCase() === b?.toLowerCase()
          ? ' They differ in upper and lower case.'
          : '';
  return `${label}: expected ${shown(wanted)}, seen ${shown(seen)}.${hint}`;
}

function shown(value: string): string {
  if (value === '') return 'nothing';
  return withoutAddresses(value.length > 200 ? `${value.slice(0, 200)}…` : value);
}

function issuer(seen: readonly (string | undefined)[], expected: Expected, options: FindingOptions): Finding[] {
  const other = seen.find(value => value !== undefined && value !== expected.issuer);
  if (!expected.issuer || other === undefined) return [];
  const evidence = difference('Issuer', expected.issuer, other);
  const [wanted, tenant] = [expected.issuer, other].map(tenantOf);
  return [findingOf(tenant && wanted && tenant !== wanted ? 'tenant-wrong' : 'issuer-mismatch', evidence, options)];
}

/** The Entra tenant that an issuer or a single sign-on URL names. */
export const tenantOf = (url: string): string | undefined =>
  /^https:\/\/(?:sts\.windows\.net|login\.[a-z.]+)\/([0-9a-f]{8}-[0-9a-f-]{27})\b/i.exec(url)?.[1]?.toLowerCase();

function acsUrls(
  code: CauseCode,
  label: string,
  seen: readonly string[],
  expected: Expected,
  options: FindingOptions,
): Finding[] {
  if (seen.length > 0 && seen.some(url => url === expected.serviceProvider?.acsUrl)) return [];
  return seen.slice(0, 1).flatMap(url => acsUrlFinding(code, label, url, expected, options));
}

function audience(seen: readonly string[], expected: Expected, options: FindingOptions): Finding[] {
  if (seen.some(value => value === expected.serviceProvider?.entityId)) return [];
  return entityIdFinding('audience-mismatch', 'Audience', seen[0] ?? '', expected, options);
}

function inResponseTo(
  envelope: Envelope,
  assertion: Assertion | undefined,
  { requestId }: Expected,
  options: FindingOptions,
): Finding[] {
  if (!assertion) return [];
  const answered = [envelope.inResponseTo, ...assertion.confirmations.map(confirmation => confirmation.inResponseTo)];
  const named = answered.filter(id => id !== undefined);
  if (named.length === 0) return [findingOf('in-response-to-missing', 'The response names no InResponseTo.', options)];
  const differ = new Set(named).size > 1;
  if (differ) return [findingOf('in-response-to-mismatch', 'Response and assertion name different requests.', options)];
  if (!requestId || named[0] === requestId) return [];
  return [
    findingOf(
      'in-response-to-mismatch',
      'InResponseTo is not the ID of the request that was recorded with it.',
      options,
    ),
  ];
}
