import type { Assertion } from '../saml/assertion.js';
import type { Expected } from './expected.js';
import { type Finding, type FindingOptions, findingOf } from './finding.js';

/** Clocks that differ by less are tolerated everywhere. */
const toleratedMs = 60_000;
const hourMs = 60 * 60_000;

/** Whether the assertion counted when it arrived, and how long the session lasts. */
export function timeFindings(assertion: Assertion, expected: Expected, options: FindingOptions): Finding[] {
  return [...validity(assertion, expected, options), ...session(assertion, options)];
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
  if (end === undefined)
    return [findingOf('session-end-absent', 'The assertion holds no SessionNotOnOrAfter.', options)];
  const [begin] = [issueInstant, authnInstant].flatMap(time);
  if (begin === undefined || end - begin > hourMs) return [];
  const minutes = Math.round((end - begin) / 60_000);
  return [
    findingOf('session-too-short', `The session ends ${minutes} minutes after the login, at ${iso(end)}.`, options),
  ];
}

const time = (text: string | undefined): number[] => {
  const read = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(read) ? [] : [read];
};

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
