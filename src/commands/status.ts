import { exitCodes, FlexSsoError } from '../errors.js';
import { stepsOf } from '../migration/status.js';
import { steps } from '../steps/index.js';
import { createFileStore } from '../stores/file-store.js';
import { drawNote } from '../terminal/note.js';
import { createOutput } from '../terminal/output.js';
import { drawStatus } from '../terminal/summary.js';
import { parseAccount } from './answers.js';
import { warnOfExposedState } from './exposed-state.js';
import type { CommandOptions } from './options.js';
import { describe, printDocument } from './result.js';
import { migrationsDirectory } from './state-directory.js';

/** Shows what is recorded of the migrations, or of one account's. Asks no system. */
export async function status(options: CommandOptions): Promise<number> {
  const exposed = await warnOfExposedState(options);
  // A person has read it on stderr.
  const notes: string[] = exposed && options.json ? [exposed] : [];
  const store = createFileStore(migrationsDirectory(options), { notice: message => notes.push(message) });
  const accounts = options.account === undefined ? await store.list() : [parseAccount(options.account)];
  const migrations = (await Promise.all(accounts.map(account => store.load(account)))).filter(
    found => found !== undefined,
  );
  if (migrations.length === 0)
    throw new FlexSsoError(
      'nothing-begun',
      `No migration has begun${options.account ? ` for ${options.account}` : ''}.`,
      'Run `flex-sso migrate` to begin, or `flex-sso migrate --sandbox` to try it without any account.',
    );
  if (options.json) {
    const described = migrations.map(migration => describe(store, migration));
    printDocument('status', {
      ...(described.length === 1 ? described[0] : { migrations: described }),
      ...(notes.length > 0 && { notes }),
    });
    return exitCodes.done;
  }
  const output = createOutput(process.stdout, options);
  for (const note of notes) drawNote(output, note);
  for (const migration of migrations)
    drawStatus(output, migration, {
      steps: stepsOf(steps, migration),
      recordedIn: store.location(migration.accountSid),
      isSandbox: options.sandbox === true,
    });
  return exitCodes.done;
}
