import { inputError } from '../errors.js';
import { breaks, noBreak } from '../sandbox/breaks.js';
import { faults } from '../sandbox/faults.js';

/** The faults that were named, on one flag or several, separated by commas or spaces. Throws an input error for an unknown one. */
export const knownFaults = (given: readonly string[] = []) => known('fault', faults, given);
/** The same of breaks; `noBreak` among them undoes those of earlier runs. */
export const knownBreaks = (given: readonly string[] = []) => known('break', listedBreaks, given);

/** What `--break list` lists. */
export const listedBreaks = { ...breaks, [noBreak]: 'undoes what earlier runs broke in settings' };

function known(kind: string, table: Readonly<Record<string, string>>, given: readonly string[]): string[] {
  const names = given.flatMap(text => text.split(',')).flatMap(name => name.trim() || []);
  const unknown = names.find(name => !Object.hasOwn(table, name));
  if (unknown === undefined) return names;
  throw inputError(
    `${kind}-unknown`,
    `The sandbox knows no ${kind} "${unknown}".`,
    `Run \`flex-sso sandbox --${kind} list\` to see them.`,
  );
}
