import { noBreak } from '../sandbox/breaks.js';
import { historyAmong } from '../sandbox/faults.js';
import type { Sandbox } from '../sandbox/server.js';
import type { CommandOptions } from './options.js';
import { knownBreaks, knownFaults } from './sandbox-names.js';

/** What is wrong in a sandbox on purpose since earlier runs, in sentences, and how to undo it. */
export function sandboxHistory(options: CommandOptions, { brokenBefore, world }: Sandbox): string[] {
  const isServed = options.command === 'sandbox';
  const breaksNow = knownBreaks(isServed ? options.break : options.sandboxBreak);
  const faultsNow = knownFaults(isServed ? options.fault : options.sandboxFault);
  const undoing = isServed ? '--break none' : '--sandbox-break none';
  const broken = brokenBefore.filter(name => !breaksNow.includes(name)).join(', ');
  const made = historyAmong(world.directory.history).filter(name => !faultsNow.includes(name));
  return [
    ...(broken === ''
      ? []
      : breaksNow.includes(noBreak)
        ? [`What earlier runs broke in this sandbox on purpose is undone: ${broken}.`]
        : [`Earlier runs broke this sandbox on purpose, and it is not undone: ${broken}. \`${undoing}\` undoes it.`]),
    ...(made.length === 0
      ? []
      : [
          `This sandbox was made with faults that it keeps: ${made.join(', ')}. ` +
            '`flex-sso sandbox --reset` begins one without them.',
        ]),
  ];
}
