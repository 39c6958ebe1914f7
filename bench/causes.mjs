// Prints how often `flex-sso validate --json` names the right cause first, and how long it takes. Needs a build (`npm run build`).
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { orderOf } from '../dist/diagnosis/causes.js';
import { createOperator } from '../dist/sandbox/operator.js';
import { startSandbox } from '../dist/sandbox/server.js';
import { openWorld } from '../dist/sandbox/world.js';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const read = async name => JSON.parse(await readFile(new URL(`../test/validate/${name}`, import.meta.url), 'utf8'));
const [expected, pairs] = [await read('expected-causes.json'), await read('pairs.json')];
const onlySelfHosted = ['redirect-url-missing', 'oauth-stale'];

const folder = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-causes-'));
const hosted = await finish('hosted');
const selfHosted = await finish('self-hosted');

const singles = [];
for (const name of Object.keys(expected)) {
  const result = await validate(onlySelfHosted.includes(name) ? selfHosted : hosted, [name]);
  singles.push({ ...result, name, right: result.codes[0] === expected[name] });
}
const doubles = [];
for (const pair of pairs) {
  const result = await validate(hosted, pair);
  const causes = pair.map(name => expected[name]).sort((a, b) => orderOf(a) - orderOf(b));
  const both = causes.every(cause => result.codes.includes(cause));
  doubles.push({ ...result, both, right: result.codes[0] === causes[0] });
}

console.log('| Misconfiguration | Cause that is named first | Time |\n| --- | --- | --- |');
for (const { name, codes, right, ms } of singles)
  console.log(
    `| ${name} | ${codes[0] ?? 'none'}${right ? '' : ` (wrong: it is ${expected[name]})`} | ${seconds(ms)} |`,
  );
const count = (list, is) => `${list.filter(is).length} of ${list.length}`;
const times = singles.map(({ ms }) => ms).sort((a, b) => a - b);
console.log('\n| | |\n| --- | --- |');
console.log(`| right cause first, one misconfiguration | ${count(singles, ({ right }) => right)} |`);
console.log(`| both causes listed, two at once | ${count(doubles, ({ both }) => both)} |`);
console.log(`| the one to mend first on top, two at once | ${count(doubles, ({ right }) => right)} |`);
console.log(`| "verified" although something is wrong | ${count([...singles, ...doubles], wronglyVerified)} |`);
console.log(`| time, median and longest | ${seconds(times[times.length >> 1])}, ${seconds(times.at(-1))} |`);
await rm(folder, { recursive: true, force: true });

/** Being warned that there is no way back is no failure of the connection itself. */
function wronglyVerified({ verified, name }) {
  return verified && name !== 'legacy-off';
}

async function finish(hosting) {
  const dir = path.join(folder, hosting);
  await openWorld(path.join(dir, 'sandbox'), { users: 12, hosting });
  const appConfig = path.join(folder, 'appconfig.js');
  await writeFile(appConfig, 'var appConfig = {};\n');
  const site = ['--redirect-url', 'https://flex.contoso.example', '--app-config', appConfig];
  const flags = ['--hosting', hosting, ...(hosting === 'self-hosted' ? site : [])];
  const { code, stderr } = await run([
    'migrate',
    '--sandbox',
    '--yes',
    '--json',
    '--state',
    dir,
    '--setup-type',
    'new',
    ...flags,
  ]);
  if (code !== 0) throw new Error(stderr);
  return dir;
}

/** A copy of a finished migration against a sandbox that is misconfigured; somebody follows the link that is printed. */
async function validate(finished, breaks) {
  const dir = await mkdtemp(path.join(folder, 'run-'));
  await cp(finished, dir, { recursive: true });
  const sandbox = await startSandbox({ dir: path.join(dir, 'sandbox'), breaks });
  const endpoints = path.join(dir, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
  const { account } = sandbox.world;
  const port = await freePort();
  if (!breaks.includes('trusted-url-missing')) account.connections.at(-1)?.trustedUrls.push(`http://localhost:${port}`);
  for (const worker of account.workers) worker.dateUpdated = '2026-01-15T07:30:00Z';
  const operator = createOperator({ endpoints: sandbox.endpoints });
  const login = ['--login', 'browser', '--callback-port', String(port)];
  const started = performance.now();
  const { stdout } = await run(
    ['validate', '--json', '--state', path.join(dir, 'sandbox'), '--endpoints', endpoints, ...login],
    sandbox.credentials,
    url => operator.visit(url).catch(() => {}),
  );
  const ms = performance.now() - started;
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
  const { findings = [], verified } = JSON.parse(stdout);
  return { codes: findings.map(({ code }) => code), verified, ms };
}

function run(args, env = {}, onUrl = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, ...env, BROWSER: '', NO_COLOR: '1' },
    });
    let [stdout, stderr, visited] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      const url = /^http:\/\/127\.0\.0\.1\S+Authorize\S+$/m.exec(stderr)?.[0];
      if (url && !visited && stderr.endsWith('\n')) {
        visited = true;
        onUrl(url);
      }
    });
    child.once('error', reject).once('close', code => resolve({ code, stdout, stderr }));
  });
}

function freePort() {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
