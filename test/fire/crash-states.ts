import type { CommandOptions } from '../../src/commands/options.js';
import { isWrite, undisclosed } from './disclosure.js';
import { stateText } from './place.js';
import { type Run, runHere } from './run-here.js';
import { digest, type Snapshot, snapshot } from './snapshot.js';

/** What a run would leave that is killed at one moment. */
export interface CrashState {
  /** The moment, in words. */
  at: string;
  left: Snapshot;
  /** What the run had printed by then. */
  said: string;
}

/** A run to its end, every state in which a kill could have left the disk on the way, and its writes that no plan had shown. */
export interface Recorded {
  run: Run;
  crashes: CrashState[];
  undisclosed: string[];
}

/** Runs a command once and looks at the folder before and after each write to a system, and before each call that changes a file. */
export async function recordCrashes(options: CommandOptions): Promise<Recorded> {
  const state = options.state ?? '';
  const crashes: CrashState[] = [];
  const hidden: string[] = [];
  let last = '';
  const look = (at: string, said: string) => {
    const left = snapshot(state);
    const name = digest(left);
    if (name === last) return;
    last = name;
    crashes.push({ at: `${at} (${crashes.length})`, left, said });
  };
  let saying = () => '';
  const run = await runHere(options, {
    before(request, say) {
      saying = say;
      const { method, url } = request;
      if (method === 'GET') return;
      look(`before ${method} ${url.pathname}`, say());
      if (isWrite(request)) hidden.push(...[undisclosed(request, stateText(state), say()) ?? []].flat());
    },
    after({ method, url }, say) {
      saying = say;
      if (method !== 'GET') look(`after ${method} ${url.pathname}`, say());
    },
    disk: (name, file) => look(`before ${name} ${file ?? ''}`, saying()),
  });
  look('at the end', run.said);
  return { run, crashes, undisclosed: hidden };
}
