import type { Instruction } from '../migration/state.js';

const numbers = new Intl.NumberFormat('en-GB');
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** `14,995` */
export const number = (value: number): string => numbers.format(value);

/** `1 change`, `3 changes` */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** `21 December 2026`, in UTC, from an ISO time. */
export const day = (time: string): string => days.format(new Date(time));

/** `21 December 2026 at 10:32 UTC`, from an ISO time. */
export const moment = (time: string): string => `${moments.format(new Date(time))} UTC`;

const people: Record<Instruction['who'], string> = {
  'flex-administrator': 'the Flex administrator',
  'identity-provider-administrator': 'the IdP administrator',
  user: 'a user who may log in to Flex',
};

export const person = (who: Instruction['who']): string => people[who];

/** How often each name occurs, most frequent first: `agent 14,200 · admin 50`. */
export function totals(names: readonly string[]): string {
  const tally = new Map<string, number>();
  for (const name of names) tally.set(name, (tally.get(name) ?? 0) + 1);
  return [...tally]
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${number(times)}`)
    .join(' · ');
}
