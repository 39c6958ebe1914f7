// Sets fire to it: kills at every moment, failing files, signals, administrators, bad networks, and random sequences of all of them.
// Prints what was tried and what went wrong, and ends with exit code 1 if anything did. Needs a build (`npm run build`).
//
//   node bench/fire.mjs [--sample N, of each kind; default all] [--seed N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withFolder } from './flex-sso.mjs';

const { values } = parseArgs({
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '20261128' } },
});
const { sample = 'all', seed } = values;
const columns = ['corrupt', 'duplicate', 'lost', 'locked out', 'undisclosed', 'hung'];

process.exitCode = await withFolder(async folder => {
  const tally = path.join(folder, 'tally.jsonl');
  // Files in memory are as true as those on a disk to whoever is killed, and need not be waited for.
  const memory = '/dev/shm';
  const child = spawn('npx', ['vitest', 'run', 'test/fire', '--reporter=default'], {
    stdio: ['ignore', process.stderr, process.stderr],
    env: {
      ...process.env,
      FIRE_SAMPLE: sample,
      FIRE_SEED: seed,
      FIRE_TALLY: tally,
      ...(existsSync(memory) && { TMPDIR: memory }),
    },
  });
  const [code] = await once(child, 'close');
  const rows = rowsOf(existsSync(tally) ? readFileSync(tally, 'utf8') : '');
  console.log(`Seed ${seed}, ${sample === 'all' ? 'all of it' : `a sample of ${sample} of each kind`}\n`);
  console.log(`| | tried | ${columns.join(' | ')} |\n| --- | --- |${' --- |'.repeat(columns.length)}`);
  for (const [family, { tried, counts }] of rows)
    console.log(`| ${family} | ${tried} | ${columns.map(column => counts[column] ?? 0).join(' | ')} |`);
  const isClean = [...rows.values()].every(({ counts }) => Object.keys(counts).length === 0);
  return code === 0 && isClean && rows.size > 0 ? 0 : 1;
});

/** What was tried and went wrong, by what was tried. */
function rowsOf(text) {
  const rows = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const { family, tried, wrong } = JSON.parse(line);
    const row = rows.get(family) ?? { tried: 0, counts: {} };
    row.tried += tried;
    for (const { fault } of wrong) row.counts[fault] = (row.counts[fault] ?? 0) + 1;
    rows.set(family, row);
  }
  return rows;
}
