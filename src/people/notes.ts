import type { Outlook, Verdict } from './outlook.js';

const numbers = new Intl.NumberFormat('en-GB');
/** What has to be accepted names everybody, as far as anybody would read it; the file has longer lists whole. */
const allNames = 250;
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

/** Everybody by name and user principal name, for whoever has to accept what becomes of them. */
export function allOf(outlooks: readonly Outlook[]): string {
  const named = outlooks.map(({ name, userPrincipalName }) =>
    name && name !== userPrincipalName ? `${name} (${userPrincipalName})` : userPrincipalName,
  );
  const rest = named.length > allNames ? ', all of whom `--people-csv FILE` lists' : '';
  return someNames(named, allNames) + rest;
}

const having =
  (outlooks: readonly Outlook[]) =>
  (verdict: Verdict): Outlook[] =>
    outlooks.filter(outlook => outlook.verdict === verdict);

/** Who keeps their Worker, in one paragraph. `isKept`: the NameID is known to be made as it is today. */
export function continuitySummary(outlooks: readonly Outlook[], isKept: boolean): string {
  const of = having(outlooks);
  const kept = of('same-worker').length;
  const none = kept > 0 ? 'none yet' : 'no Worker yet';
  const open = isKept ? 'a NameID that cannot be seen here' : 'their Worker or not, which cannot be told';
  const words: readonly [Verdict, one: string, many: string][] = [
    ['no-worker-yet', `has ${none}`, `have ${none}`],
    ['new-worker', 'gets a new, billed one', 'get a new, billed one'],
    ['other-worker', 'comes to another one', 'come to another one'],
    ['no-login', 'has no NameID and cannot log in', 'have no NameID and cannot log in'],
    ['unknown', `keeps ${open}`, `keep ${open}`],
  ];
  const others = words.flatMap(([verdict, one, many]) => {
    const found = of(verdict);
    return found.length > 0 ? [`${tell(found.length, one, many)}: ${someNames(found.map(({ name }) => name))}`] : [];
  });
  const parts = kept === 0 && others.length > 0 ? others : [`${tell(kept, 'keeps', 'keep')} their Worker`, ...others];
  return `${people(outlooks.length)} may log in through the legacy application. ${parts.join('; ')}.`;
}

/** What speaks against what is assumed of today's NameID. */
export interface Doubt {
  /** What the new application would send, `user.userprincipalname`. */
  nameId: string;
  /** How many Workers nobody comes to by it. */
  workers: number;
}

/**
 * What a change of the NameID costs people, or may cost them, by name, for whoever has to accept it on its own; `undefined` where it costs
 * nobody anything. What comes before the first colon can be asked by itself.
 */
export function consequenceOf(
  outlooks: readonly Outlook[],
  { isKept, doubt }: { isKept: boolean; doubt: Doubt | undefined },
): string | undefined {
  if (isKept) return undefined;
  const of = having(outlooks);
  const sentences: readonly [Verdict, one: string, many: string][] = [
    ['new-worker', 'who has a Worker gets a new, billed one', 'who have a Worker get a new, billed one'],
    ['other-worker', 'comes to a Worker that is not theirs today', 'come to a Worker that is not theirs today'],
    ['no-login', 'has no NameID any more and cannot log in', 'have no NameID any more and cannot log in'],
  ];
  const said = sentences.flatMap(([verdict, one, many]) => {
    const found = of(verdict);
    return found.length > 0 ? [`${people(found.length)} ${found.length === 1 ? one : many}: ${allOf(found)}`] : [];
  });
  const certain = said.length > 0 ? `With this NameID ${said.join('. Besides, ')}.` : '';
  const open = of('unknown');
  const uncertain = open.length === 0 ? '' : doubt ? doubted(open, doubt) : uncomputable(open);
  if (!certain && !uncertain) return undefined;
  return [certain, uncertain, certain && renamed(of('no-worker-yet'))].filter(Boolean).join(' ');
}

function doubted(open: readonly Outlook[], { nameId, workers }: Doubt): string {
  const lead = workers === 1 ? 'is 1 Worker' : `are ${numbers.format(workers)} Workers`;
  return (
    `Whether ${people(open.length)} ${open.length === 1 ? 'keeps' : 'keep'} their Worker cannot be told: what the NameID is made of today ` +
    `could not be read, and there ${lead} that nobody comes to by ${nameId}, which the new application would send. Whoever has one of ` +
    `these Workers today gets a new, billed one: it may be any of ${allOf(open)}.`
  );
}

const uncomputable = (open: readonly Outlook[]) =>
  `With this NameID it cannot be told whether ${people(open.length)} ${open.length === 1 ? 'keeps' : 'keep'} their Worker: only Entra can ` +
  `compute their NameID of today or of tomorrow, and where the two differ they get a new, billed one: ${allOf(open)}.`;

/** Whose NameID changes as well, at no cost. */
function renamed(withoutWorker: readonly Outlook[]): string {
  const found = withoutWorker.filter(({ nameIdToday, nameIdTomorrow }) => nameIdToday !== nameIdTomorrow);
  if (found.length === 0) return '';
  const [have, get] = found.length === 1 ? ['has', 'gets'] : ['have', 'get'];
  return `The NameID of ${people(found.length)} more changes, who ${have} no Worker yet and so ${get} no second one: ${allOf(found)}.`;
}
