import { isLegacyAddress } from '../flex/service-provider.js';
import type { RecordedMessage } from '../saml/har.js';
import { readClaims } from '../saml/response.js';
import type { Diagnosis } from './diagnosis.js';
import type { Expected } from './expected.js';
import { findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';

/** A message that is no part of a login to Flex. */
type Stranger = Extract<RecordedMessage, { kind: 'response' | 'authn-request' | 'logout' | 'refused' }>;

/**
 * The message where it is no part of a login to Flex: by where it was sent, by whom it names, and by which request of Flex it answers.
 * What names nobody is taken for one, and so is what cannot be read, unless it was sent elsewhere.
 */
export function strangerIn(
  message: RecordedMessage,
  expected: Expected,
  requestIds: readonly string[],
): Stranger | undefined {
  if (message.kind === 'logout') return message;
  if (message.kind === 'authn-request') {
    const { issuer, acsUrl = '' } = message.request;
    return [issuer, acsUrl].some(value => isOfFlex(value, expected)) ? undefined : message;
  }
  const sentTo = message.sentTo ?? [];
  if (sentTo.some(url => isOfFlex(url, expected))) return undefined;
  if (message.kind === 'refused') return message.of === 'response' && sentTo.length > 0 ? message : undefined;
  if (message.kind !== 'response') return undefined;
  const { named, answers } = addressesIn(message.xml);
  const isForFlex =
    named.length + sentTo.length === 0 ||
    named.some(value => isOfFlex(value, expected)) ||
    answers.some(id => requestIds.includes(id));
  return isForFlex ? undefined : message;
}

/** Says what it is. `isAlone`: there is no message of a login to Flex beside it. */
export function setAside(message: Stranger, isAlone: boolean): Diagnosis {
  const findings = [findingOf('message-aside', inWords(message), { severity: isAlone ? 'warning' : 'info' })];
  const kind = message.kind === 'refused' ? message.of : message.kind;
  return { kind, verdict: isAlone ? 'problems' : 'ok', findings, details: {}, aside: true };
}

function isOfFlex(value: string, { serviceProvider, legacy }: Expected): boolean {
  const known = [...(serviceProvider ? [serviceProvider] : []), ...legacy].flatMap(({ entityId, acsUrl }) => [
    entityId,
    acsUrl,
    acsUrl.replace(/\?.*/, ''),
  ]);
  const plain = (text: string) => text.trim().replace(/\/$/, '').toLowerCase();
  return (
    known.some(other => plain(other) === plain(value)) ||
    /^\s*urn:flex:/i.test(value) ||
    /^\s*https?:\/\/login\.flex\.[a-z0-9-]+\.twilio\.com(?:[:/?]|$)/i.test(value) ||
    isLegacyAddress(value.trim())
  );
}

/** Whom a response names, and what it answers, as it claims itself. */
function addressesIn(xml: string): { named: readonly string[]; answers: readonly string[] } {
  const claims = readClaims(xml);
  if (!claims) return { named: [], answers: [] };
  const { envelope, assertion } = claims;
  const confirmations = assertion?.confirmations ?? [];
  const given = (values: readonly (string | undefined)[]) => values.flatMap(value => value || []);
  return {
    named: given([envelope.destination, ...confirmations.map(it => it.recipient), ...(assertion?.audiences ?? [])]),
    answers: given([envelope.inResponseTo, ...confirmations.map(it => it.inResponseTo)]),
  };
}

function inWords(message: Stranger): string {
  const [sentTo] = message.sentTo ?? [];
  const where = sentTo ? `, sent to ${sentTo.slice(0, 200)}` : '';
  return withoutAddresses(`${what(message)}${where}.`);
}

function what(message: Stranger): string {
  if (message.kind === 'response' || message.kind === 'refused') return 'A SAML response';
  return message.kind === 'logout' ? `A ${message.name}` : `An AuthnRequest of ${message.request.issuer.slice(0, 200)}`;
}
