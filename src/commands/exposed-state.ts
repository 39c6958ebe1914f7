import { stat } from 'node:fs/promises';
import path from 'node:path';
import { clean, createOutput } from '../terminal/output.js';
import type { CommandOptions } from './options.js';
import { migrationsDirectory } from './state-directory.js';

/** Says on stderr if others can write to the folder that the state is kept in; returns the sentence. */
export async function warnOfExposedState(options: CommandOptions): Promise<string | undefined> {
  const exposed = await exposedFolder(migrationsDirectory(options));
  if (exposed === undefined) return undefined;
  const message =
    `Others on this machine can write to ${exposed}. They can change what flex-sso restores and where it writes. ` +
    'Run `chmod go-w` on it, or use another folder with --state.';
  if (!options.json || process.stderr.isTTY) createOutput(process.stderr, options).text(clean(message), { lead: '! ' });
  return message;
}

/** The folder itself or the one that holds it, as whoever may write there can replace it. */
async function exposedFolder(directory: string): Promise<string | undefined> {
  if (!process.getuid) return undefined;
  for (const folder of [directory, path.dirname(directory)]) {
    const found = await stat(folder).catch(() => undefined);
    if (found && (found.mode & 0o022 || ![0, process.getuid()].includes(found.uid))) return folder;
  }
  return undefined;
}
