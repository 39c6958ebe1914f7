import type { MigrationEvent } from '../migration/events.js';
import { clean } from '../terminal/clean.js';
import { namesIn } from './answers.js';
import type { CommandOptions } from './options.js';

/** What `--overwrite` and `--accept` name, and which of these names the run meets. */
export function namesGiven(options: Pick<CommandOptions, 'overwrite' | 'accept'>) {
  const [overwrite, accept] = [namesIn(options.overwrite), namesIn(options.accept)];
  const unmet = { overwrite: new Set(overwrite), accept: new Set(accept) };
  const tell = (flag: keyof typeof unmet, what: string) => {
    const names = [...unmet[flag]].map(name => `“${clean(name)}”`).join(', ');
    return names ? [`No ${what} of this run is named ${names}, so --${flag} had nothing to do there.`] : [];
  };
  return {
    overwrite,
    accept,
    meet(event: MigrationEvent): void {
      if (event.type === 'plan')
        for (const { resource, key } of event.changes) for (const name of [resource, key]) unmet.overwrite.delete(name);
      if (event.type === 'checks') for (const { name } of event.checks) unmet.accept.delete(name);
    },
    /** Whole sentences about the names that were not met. */
    unmet: () => [...tell('overwrite', 'change'), ...tell('accept', 'check')],
  };
}
