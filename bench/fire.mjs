// Kills at every moment, failing files, signals, administrators, bad networks, and random sequences of all that. Prints what was tried
// and what went wrong, and ends with exit code 1 if anything did. Needs a build (`npm run build`).
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
const isAll = sample === 'all';
const columns = ['corrupt', 'duplicate', 'lost', 'locked out', 'undisclosed', 'hung'];

/** Tests that count for themselves, each one thing that was tried: what they try, and what it means if one fails. */
const countedByTest = {
  'test/stores/failing-files.test.ts': ['errno × call of a save', 'corrupt'],
  'test/journey/signals.test.ts': ['signal × prompt', 'hung'],
  'test/fire/administrator.test.ts': ['administrator’s change × moment', 'lost'],
  'test/fire/network.test.ts': ['fault × system × moment', 'hung'],
};

process.exitCode = await withFolder(async folder => {
  const [tally, report] = ['tally.jsonl', 'report.json'].map(name => path.join(folder, name));
  const code = await runTests(tally, report);
  const rows = new Map();
  for (const line of textOf(tally).split('\n').filter(Boolean)) count(rows, JSON.parse(line));
  for (const { name, assertionResults } of JSON.parse(textOf(report) || '{"testResults":[]}').testResults) {
    const [family, fault] = countedByTest[path.relative('.', name)] ?? [];
    const run = assertionResults.filter(({ status }) => status === 'passed' || status === 'failed');
    const wrong = run.filter(({ status }) => status === 'failed').map(() => ({ fault }));
    if (family) count(rows, { family, tried: run.length, wrong });
  }
  console.log(`Seed ${seed}, ${isAll ? 'all of it' : `a sample of ${sample} of each kind`}.\n`);
  console.log(`| | tried | ${columns.join(' | ')} |\n| --- | --- |${' --- |'.repeat(columns.length)}`);
  for (const [family, { tried, counts }] of rows)
    console.log(`| ${family} | ${tried} | ${columns.map(column => counts[column] ?? 0).join(' | ')} |`);
  return code === 0 && rows.size > 0 ? 0 : 1;
});

async function runTests(tally, report) {
  // A process that is killed cannot tell files in memory from those on a disk, and they are faster.
  const memory = '/dev/shm';
  const files = Object.keys(countedByTest).filter(file => existsSync(file) && !file.startsWith('test/fire/'));
  const child = spawn(
    'npx',
    ['vitest', 'run', 'test/fire/', ...files, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    {
      stdio: ['ignore', process.stderr, process.stderr],
      env: {
        ...process.env,
        FIRE_SAMPLE: sample,
        FIRE_SEED: seed,
        FIRE_TALLY: tally,
        ...(isAll && { FLEX_SSO_FULL: '1' }),
        ...(existsSync(memory) && { TMPDIR: memory }),
      },
    },
  );
  const [code] = await once(child, 'close');
  return code;
}

function count(rows, { family, tried, wrong }) {
  const row = rows.get(family) ?? { tried: 0, counts: {} };
  row.tried += tried;
  for (const { fault } of wrong) row.counts[fault] = (row.counts[fault] ?? 0) + 1;
  rows.set(family, row);
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
