import type { Assertion, Envelope } from '../saml/assertion.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';
import { withoutAddresses } from './personal.js';

/** Clocks that differ by less are tolerated everywhere. */
const toleratedMs = 60_000;
const hourMs = 60 * 60_000;

/** Whether the assertion counted when it arrived, and how long the session lasts. */
export function timeFindings(
  envelope: Envelope,
  assertion: Assertion,
  expected: Expected,
  options: FindingOptions,
): Finding[] {
  return [
    ...unreadable(envelope, assertion, options),
    ...validity(assertion, expected, options),
    ...session(assertion, options),
  ];
}

function unreadable(envelope: Envelope, assertion: Assertion, options: FindingOptions): Finding[] {
  const confirmed = assertion.confirmations.map(it => ['NotOnOrAfter of the subject', it.notOnOrAfter] as const);
  const written: readonly (readonly [label: string, value: string | undefined])[] = [
    ['IssueInstant of the response', envelope.issueInstant],
    ['IssueInstant of the assertion', assertion.issueInstant],
    ...confirmed,
    ['NotBefore', assertion.notBefore],
    ['NotOnOrAfter', assertion.notOnOrAfter],
    ['AuthnInstant', assertion.authnInstant],
    ['SessionNotOnOrAfter', assertion.sessionNotOnOrAfter],
  ];
  const wrong = written.filter(([, value]) => value !== undefined && time(value).length === 0);
  if (wrong.length === 0) return [];
  const seen = wrong.map(([label, value]) => `${label} is "${withoutAddresses(value?.slice(0, 40) ?? '')}"`);
  return [findingOf('time-unreadable', `${[...new Set(seen)].slice(0, 7).join(', ')}.`, options)];
}

function validity(assertion: Assertion, { sentAt, now }: Expected, options: FindingOptions): Finding[] {
  const arrived = (sentAt ?? now).getTime();
  const clock = `${sentAt ? 'sent' : 'clock of this computer'} ${iso(arrived)}`;
  const starts = [assertion.notBefore, assertion.issueInstant].flatMap(time);
  const ends = [assertion.notOnOrAfter, ...assertion.confirmations.map(it => it.notOnOrAfter)].flatMap(time);
  const [start, end, issued] = [Math.max(...starts), Math.min(...ends), time(assertion.issueInstant)[0]];
  if (starts.length > 0 && start - arrived > toleratedMs)
    return [findingOf('clock-ahead', `Valid from ${iso(start)}, ${clock}.`, options)];
  if (ends.length === 0 || arrived - end < toleratedMs) return [];
  const evidence = `Valid until ${iso(end)}, ${clock}.`;
  // Valid for no time at all, or late in a recording: only a clock explains it. Else it may just have been kept for a while.
  const isLate = sentAt !== undefined || (issued !== undefined && end <= issued);
  return [findingOf(isLate ? 'message-expired' : 'message-old', evidence, options)];
}

function session({ sessionNotOnOrAfter, authnInstant, issueInstant }: Assertion, options: FindingOptions): Finding[] {
  const [end] = time(sessionNotOnOrAfter);
  if (sessionNotOnOrAfter === undefined)
    return [findingOf('session-end-absent', 'The assertion holds no SessionNotOnOrAfter.', options)];
  const [begin] = [issueInstant, authnInstant].flatMap(time);
  if (begin === undefined || end === undefined || end - begin > hourMs) return [];
  const minutes = Math.round((end - begin) / 60_000);
  return [
    findingOf('session-too-short', `The session ends ${minutes} minutes after the login, at ${iso(end)}.`, options),
  ];
}

/** Milliseconds; [] where it is absent or no time. SAML's times are in UTC, with a Z or without. Source: SAML 2.0 Core, 1.3.3. */
function time(text: string | undefined): number[] {
  const [, written, zone] = dateTime.exec(text?.trim() ?? '') ?? [];
  const read = Date.parse(`${written}${zone ?? 'Z'}`);
  return Number.isNaN(read) ? [] : [read];
}

const dateTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?)(Z|[+-]\d\d:\d\d)?$/;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
