import type { Outlook, Verdict } from './outlook.js';

const numbers = new Intl.NumberFormat('en-GB');
/** Longer lists are cut, and the file has them whole. */
const allNames = 50;
const firstNames = 5;

/** `3 people`, `1 person` */
export const people = (count: number): string => `${numbers.format(count)} ${count === 1 ? 'person' : 'people'}`;

/** The first few names, and how many more there are. */
export function someNames(names: readonly string[], most = firstNames): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${numbers.format(more)} more` : '');
}

const tell = (count: number, one: string, many: string) => `${numbers.format(count)} ${count === 1 ? one : many}`;

const nameOf = ({ name, userPrincipalName }: Outlook) =>
  name && name !== userPrincipalName ? `${name} (${userPrincipalName})` : userPrincipalName;

/** Who keeps their Worker, in one paragraph. */
export function continuitySummary(outlooks: readonly Outlook[]): string {
  const of = (verdict: Verdict) => outlooks.filter(outlook => outlook.verdict === verdict);
  const kept = of('same-worker');
  const parts = [
    `${people(outlooks.length)} may log in through the legacy application. ${tell(kept.length, 'keeps', 'keep')} their Worker`,
  ];
  const words: readonly [Verdict, one: string, many: string, rest: string][] = [
    ['no-worker-yet', 'has', 'have', 'none yet'],
    ['new-worker', 'gets', 'get', 'a new, billed one'],
    ['other-worker', 'comes', 'come', 'to another one'],
    ['no-login', 'has', 'have', 'no NameID and cannot log in'],
    ['unknown', 'has', 'have', 'a NameID that only Entra can compute'],
  ];
  for (const [verdict, one, many, rest] of words) {
    const found = of(verdict);
    if (found.length > 0)
      parts.push(`${tell(found.length, one, many)} ${rest}: ${someNames(found.map(({ name }) => name))}`);
  }
  return `${parts.join('; ')}.`;
}

/**
 * What a change of the NameID costs people, by name, for whoever has to accept it on its own; `undefined` where it costs nobody
 * anything.
 */
export function consequenceOf(outlooks: readonly Outlook[], isKept: boolean): string | undefined {
  if (isKept) return undefined;
  const of = (verdict: Verdict) => outlooks.filter(outlook => outlook.verdict === verdict);
  const sentences: readonly [Verdict, (one: boolean) => string][] = [
    [
      'new-worker',
      one => (one ? 'who has a Worker gets a new, billed one' : 'who have a Worker get a new, billed one'),
    ],
    ['other-worker', one => `${one ? 'comes' : 'come'} to a Worker that is not theirs today`],
    ['no-login', one => `${one ? 'has' : 'have'} no NameID any more and cannot log in`],
    [
      'unknown',
      one => `${one ? 'has' : 'have'} a NameID that only Entra can compute, so their Worker may be a new one`,
    ],
  ];
  const said = sentences.flatMap(([verdict, say]) => {
    const found = of(verdict);
    return found.length > 0
      ? [`${people(found.length)} ${say(found.length === 1)}: ${someNames(found.map(nameOf), allNames)}`]
      : [];
  });
  if (said.length === 0) return undefined;
  return `With this NameID ${said.join('. Besides, ')}.`;
}
