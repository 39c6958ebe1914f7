import { isLoopback } from '../endpoints.js';
import type { RecordedMessage } from '../saml/har.js';
import type { Refusal } from '../saml/refusal-in-text.js';
import { diagnoseAuthnRequest } from './authn-request.js';
import { diagnoseCertificates } from './certificates.js';
import type { Diagnosis } from './diagnosis.js';
import type { Expected } from './expected.js';
import { findingOf } from './finding.js';
import { setAside, strangerIn } from './for-flex.js';
import { diagnoseMetadata } from './metadata.js';
import { diagnoseRefusals } from './refusal.js';
import { diagnoseResponse } from './response.js';
import { refusalFinding } from './signatures.js';

/** Explains one captured message against what is expected. Throws an input error where it is no such message after all. */
export function diagnose(message: RecordedMessage, expected: Expected): Diagnosis {
  switch (message.kind) {
    case 'response':
      return diagnoseResponse(message.xml, expected);
    case 'authn-request':
      return diagnoseAuthnRequest({ ...message, ...sentTo(message, expected) }, expected);
    case 'refused':
      return { kind: message.of, verdict: 'rejected', findings: [refusalFinding(message)], details: {} };
    case 'logout':
      return setAside(message, true);
    case 'left-out':
      return {
        kind: 'unknown',
        verdict: 'problems',
        findings: [findingOf('recording-too-large', olderOnes)],
        details: {},
      };
    case 'refusal':
      return diagnoseRefusals(message.said, expected);
    case 'metadata':
      return diagnoseMetadata(message.xml, expected);
    case 'certificate':
      return diagnoseCertificates(message, expected);
  }
}

const olderOnes = 'The older messages were not read.';

/**
 * Where a captured request was sent. In an address bar, login pages add parameters of their own; and on this machine there is a gateway
 * or a sandbox alone, which stands for what the request itself names.
 */
function sentTo({ ssoUrl, request }: Captured, expected: Expected): { ssoUrl?: string } {
  if (ssoUrl === undefined || !URL.canParse(ssoUrl)) return {};
  const url = new URL(ssoUrl);
  const known = [expected.ssoUrl, request.destination].find(other => other !== undefined && isWithin(other, url));
  return { ssoUrl: known ?? (isLoopback(url.hostname) ? (request.destination ?? ssoUrl) : ssoUrl) };
}

type Captured = Extract<RecordedMessage, { kind: 'authn-request' }>;

function isWithin(known: string, url: URL): boolean {
  if (!URL.canParse(known)) return false;
  const { origin, pathname, searchParams } = new URL(known);
  const isSame = origin === url.origin && pathname === url.pathname;
  return isSame && [...searchParams].every(([name, value]) => url.searchParams.get(name) === value);
}

/**
 * Explains a recording: each message in order, a response as the answer to the request before it, at the time it was sent. What is no
 * part of a login to Flex is named and not judged; where nothing else is there, that is a problem of its own.
 */
export function diagnoseRecording(messages: readonly RecordedMessage[], expected: Expected): Diagnosis[] {
  const requestIds: string[] = [];
  const strangers = messages.map(message => {
    const stranger = strangerIn(message, expected, requestIds);
    if (!stranger && message.kind === 'authn-request') requestIds.push(message.request.id);
    return stranger;
  });
  const isAlone = messages.every((message, at) => message.kind === 'left-out' || strangers[at]);
  const lastResponse = messages.findLastIndex(({ kind }, at) => kind === 'response' && !strangers[at]);
  const [theirs, ours] = [true, false].map(
    isStranger =>
      new Set(messages.flatMap((message, at) => (!!strangers[at] === isStranger ? (message.sentTo ?? []) : []))),
  );
  const isElsewhere = ({ said }: { said: readonly Refusal[] }) =>
    said.every(({ from = '' }) => theirs?.has(from) && !ours?.has(from));
  let requestId: string | undefined;
  return messages.map((message, at) => {
    const stranger = strangers[at];
    if (stranger) return setAside(stranger, isAlone);
    if (message.kind === 'refusal' && (at < lastResponse || isElsewhere(message)))
      return overcome(diagnose(message, expected));
    if (message.kind === 'authn-request') requestId = message.request.id;
    const sent = message.sentAt === undefined ? Number.NaN : Date.parse(message.sentAt);
    return diagnose(message, { ...expected, requestId, sentAt: Number.isNaN(sent) ? undefined : new Date(sent) });
  });
}

/** A refusal after which the login went on, as after a wrong password, or of a login to something else. */
const overcome = (diagnosis: Diagnosis): Diagnosis => ({
  ...diagnosis,
  verdict: 'ok',
  findings: diagnosis.findings.map(finding => ({ ...finding, severity: 'info' as const })),
});
