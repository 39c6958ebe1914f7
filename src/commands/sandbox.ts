import { rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Cloud } from '../endpoints.js';
import { exitCodes, inputError } from '../errors.js';
import { parseInput } from '../inputs.js';
import { faults } from '../sandbox/faults.js';
import type { Sandbox } from '../sandbox/server.js';
import { canonicalWorld, openWorld } from '../sandbox/world.js';
import { unwritable } from '../sandbox/world-file.js';
import { writeDurably } from '../stores/durable-file.js';
import { exportLines, powerShellLines } from '../terminal/environment-lines.js';
import { printableJson } from '../terminal/json.js';
import { drawNote } from '../terminal/note.js';
import { createOutput } from '../terminal/output.js';
import type { CommandOptions } from './options.js';
import { printDocument } from './result.js';
import { sandboxHistory } from './sandbox-history.js';
import { knownBreaks, knownFaults, listedBreaks } from './sandbox-names.js';
import { sandboxDirectory } from './state-directory.js';

/** Serves the sandbox until it is stopped, or shows its world. */
export async function sandbox(options: CommandOptions): Promise<number> {
  for (const [given, table] of [
    [options.fault, faults],
    [options.break, listedBreaks],
  ] as const)
    if (given?.includes('list')) return listNames(options, table);
  const dir = sandboxDirectory(options);
  const fresh = {
    ...(options.users !== undefined && { users: wholeNumber('--users', options.users, 1, 20_000) }),
    ...(options.hosting && { hosting: options.hosting as 'hosted' | 'self-hosted' }),
    ...(options.cloud && { cloud: parseInput('cloud', options.cloud) as Cloud }),
    ...(options.reset && { reset: true }),
  };
  if (options.show) {
    const { world } = await openWorld(dir, { ...fresh, faults: knownFaults(options.fault) });
    process.stdout.write(`${printableJson(canonicalWorld(world))}\n`);
    return exitCodes.done;
  }
  const { startSandbox } = await import('../sandbox/server.js');
  const port = options.port === undefined ? {} : { port: wholeNumber('--port', options.port, 0, 65_535) };
  const wrong = { faults: knownFaults(options.fault), breaks: knownBreaks(options.break) };
  const served = await startSandbox({ dir, ...fresh, ...port, ...wrong });
  // For the time that it is served: the port is another one next time.
  const endpointsFile = path.resolve(dir, 'endpoints.json');
  const notes = sandboxHistory(options, served);
  if (options.json)
    printDocument('sandbox', {
      endpoints: served.endpoints,
      environment: served.credentials,
      ...(notes.length > 0 && { notes }),
    });
  else {
    await keepEndpoints(endpointsFile, served);
    introduce(options, served, endpointsFile, notes);
  }
  const signal = await new Promise<NodeJS.Signals>(resolve => {
    process.on('SIGINT', resolve).on('SIGTERM', resolve).on('SIGHUP', resolve);
  });
  if (!options.json) rmSync(endpointsFile, { force: true });
  await served.close();
  // After a hang-up there is no terminal to write to.
  if (!options.json && signal !== 'SIGHUP')
    writeSync(process.stderr.fd, 'The sandbox has stopped. Its world is kept.\n');
  return exitCodes.done;
}

async function keepEndpoints(file: string, { endpoints, close }: Sandbox): Promise<void> {
  try {
    writeDurably(file, printableJson(endpoints), { mode: 0o600 });
  } catch (cause) {
    await close();
    throw unwritable(path.dirname(file), cause);
  }
}

/** What can be named with `--fault` or `--break`. */
function listNames(options: CommandOptions, table: Readonly<Record<string, string>>): number {
  const output = createOutput(process.stdout, options);
  if (options.json) printDocument('sandbox', { names: table });
  else for (const [name, words] of Object.entries(table)) output.text(`${output.paint.value(name)}: ${words}`);
  return exitCodes.done;
}

function introduce(
  options: CommandOptions,
  { endpoints, credentials }: Sandbox,
  endpointsFile: string,
  notes: readonly string[],
): void {
  const output = createOutput(process.stdout, options);
  output.text(output.paint.heading('The sandbox is open: a Flex account and an Entra tenant, on this machine alone.'));
  for (const note of notes) drawNote(output, note);
  output.gap();
  output.text('Its endpoints:');
  output.value(printableJson(endpoints));
  const environment = { FLEX_SSO_ENDPOINTS: endpointsFile, ...credentials };
  output.text('To use it, paste these lines into another terminal. In bash or zsh:');
  output.value(exportLines(environment));
  output.text('In PowerShell:');
  output.value(powerShellLines(environment));
  output.text('Flex Console is there to be clicked:');
  output.value(`${endpoints.console}/us1/develop/flex/users-and-access/single-sign-on`);
  output.text('Everybody’s password is “sandbox”. Ctrl-C stops it.');
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw inputError('number-invalid', `${flag} is "${text}".`, `Use a whole number from ${least} to ${most}.`);
}
