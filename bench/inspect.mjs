// Prints what `flex-sso inspect` needs for files that are meant to keep it busy. Exits with 1 above 2 s of processor time or 300 MB, and if a
// verdict is another one. `--only TEXT` picks. Needs a build (`npm run build`).
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostileInputs } from '../test/support/hostile-inputs.mjs';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const limits = { seconds: 2, megabytes: 300 };
const tell = "process.on('exit', () => process.stderr.write(`#${JSON.stringify(process.resourceUsage())}`))";
const preload = `data:text/javascript,${encodeURIComponent(tell)}`;
const wanted = process.argv.includes('--only') ? process.argv.at(-1) : '';
const folder = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-inspect-'));

console.log('| Input | MB | Verdict | CPU s | Memory MB |\n| --- | --- | --- | --- | --- |');
let missed = 0;
for (const [name, make, code] of hostileInputs.filter(([known]) => known.includes(wanted))) {
  const text = make();
  const file = path.join(folder, 'input');
  await writeFile(file, text);
  const { seconds, megabytes, seen } = await measure(file);
  const isMissed = seconds > limits.seconds || megabytes > limits.megabytes || seen !== code;
  if (isMissed) missed += 1;
  const verdict = seen === code ? seen : `**${seen}**, expected ${code}`;
  console.log(
    `| ${name} | ${mb(text.length)} | ${verdict} | ${seconds.toFixed(2)} | ${megabytes}${isMissed ? ' **missed**' : ''} |`,
  );
}
await rm(folder, { recursive: true, force: true });
console.log(
  `\n${missed === 0 ? 'All' : `${missed} missed`}: at most ${limits.seconds} s of CPU and ${limits.megabytes} MB each.`,
);
process.exitCode = missed === 0 ? 0 : 1;

function measure(file) {
  const state = path.join(folder, 'state');
  const child = spawn(process.execPath, ['--import', preload, bin, 'inspect', file, '--json', '--state', state]);
  const [out, err] = [[], []];
  child.stdout.on('data', chunk => out.push(chunk));
  child.stderr.on('data', chunk => err.push(chunk));
  return new Promise(resolve =>
    child.on('close', () => {
      const usage = JSON.parse(Buffer.concat(err).toString().split('#').at(-1) || '{}');
      const { findings, error } = json(Buffer.concat(out).toString());
      resolve({
        seconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
        megabytes: Math.round(usage.maxRSS / 1024),
        seen: findings?.[0]?.code ?? error?.code ?? 'crash',
      });
    }),
  );
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function mb(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}
