// Records the HTTP traffic of whole sandbox migrations into a folder: both setup types, each reverted and migrated again, and one
// that is killed in the middle and resumed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const [folder] = process.argv.slice(2);

for (const setupType of ['new', 'modify']) {
  const trace = path.join(folder, `${setupType}.jsonl`);
  const flags = ['--sandbox', '--yes', '--json', '--state', path.join(folder, setupType), '--trace', trace];
  await finished(start(['migrate', '--setup-type', setupType, ...flags]));
  await finished(start(['revert', ...flags]));
  await finished(start(['migrate', ...flags]));
}

const trace = path.join(folder, 'resume.jsonl');
const flags = ['--sandbox', '--yes', '--json', '--state', path.join(folder, 'resume'), '--trace', trace];
const killed = start(['migrate', '--setup-type', 'new', ...flags]);
const watch = setInterval(() => exchanges(trace) >= 30 && killed.kill('SIGKILL'), 5);
await new Promise(resolve => killed.once('close', resolve));
clearInterval(watch);
await finished(start(['resume', ...flags]));

function start(args) {
  return spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function finished(child) {
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const code = child.exitCode ?? (await new Promise(resolve => child.once('close', resolve)));
  if (code === 0) return;
  console.error(output);
  throw new Error(`${child.spawnargs.slice(1).join(' ')} ended with exit code ${code}`);
}

function exchanges(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
