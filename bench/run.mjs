// Prints figures, not verdicts: what starting costs, and how long a whole unattended sandbox migration takes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const rounds = 21;

const commands = { 'node -e 0': ['-e', '0'], '--version': [bin, '--version'], '--help': [bin, '--help'] };
const times = Object.fromEntries(Object.keys(commands).map(name => [name, []]));
// Taken in turn, so that whatever else the machine does falls on all of them.
for (let round = 0; round < rounds; round++)
  for (const [name, args] of Object.entries(commands)) times[name].push(milliseconds(args));

const bare = median(times['node -e 0']);
console.log(`Starting (median of ${rounds}, goal: at most 1.35 times bare node)`);
for (const name of Object.keys(commands))
  console.log(
    `  ${name.padEnd(12)} ${median(times[name]).toFixed(1).padStart(6)} ms  ${(median(times[name]) / bare).toFixed(2)} times`,
  );

console.log('Unattended sandbox migration with 25 users (goal: under 4 s)');
for (const setupType of ['new', 'modify']) {
  const state = mkdtempSync(path.join(tmpdir(), 'flex-sso-bench-'));
  const ms = milliseconds([
    bin,
    'migrate',
    '--sandbox',
    '--yes',
    '--json',
    '--setup-type',
    setupType,
    '--state',
    state,
  ]);
  rmSync(state, { recursive: true, force: true });
  console.log(`  ${setupType.padEnd(12)} ${(ms / 1000).toFixed(2).padStart(6)} s`);
}

function milliseconds(args) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with exit code ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
