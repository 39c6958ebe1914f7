// Prints how often `flex-sso validate --json` names the right cause first, and how long it takes. Needs a build (`npm run build`).
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findingOf, rank } from '../dist/diagnosis/finding.js';
import { createOperator } from '../dist/sandbox/operator.js';
import { startSandbox } from '../dist/sandbox/server.js';
import { openWorld } from '../dist/sandbox/world.js';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const read = async name => JSON.parse(await readFile(new URL(`../test/validate/${name}`, import.meta.url), 'utf8'));
const [expected, pairs] = [await read('expected-causes.json'), await read('pairs.json')];
const onlySelfHosted = /^(redirect-url-missing|oauth-.*|legacy-trusted-url-missing)$/;
/** What is wrong with the way back alone, or may become wrong, makes no login fail. */
const onlyWarned = /^(legacy-.*|certificate-several|login-popup)$/;
const site = 'https://flex.contoso.example';

const folder = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-causes-'));
const hosted = await finish('hosted');
const selfHosted = await finish('self-hosted');
const underWay = await pause();

const singles = [];
for (const name of Object.keys(expected)) {
  const world = name === 'oauth-too-early' ? underWay : onlySelfHosted.test(name) ? selfHosted : hosted;
  const result = await validate(world, [name]);
  singles.push({ ...result, name, right: result.codes[0] === expected[name] });
}
const doubles = [];
for (const pair of pairs) {
  const result = await validate(hosted, pair);
  const causes = rank(pair.map(name => findingOf(expected[name], ''))).map(({ code }) => code);
  const both = causes.every(cause => result.codes.includes(cause));
  doubles.push({ ...result, pair, causes, both, right: result.codes[0] === causes[0] });
}

console.log('| Misconfiguration | Cause that is named first | Time |\n| --- | --- | --- |');
for (const { name, codes, right, ms } of singles)
  console.log(
    `| ${name} | ${codes[0] ?? 'none'}${right ? '' : ` (wrong: it is ${expected[name]})`} | ${seconds(ms)} |`,
  );
console.log('\n| Two at once | Causes that are named | Time |\n| --- | --- | --- |');
for (const { pair, causes, codes, both, right, ms } of doubles)
  console.log(
    `| ${pair.join(', ')} | ${codes.join(', ')}${both && right ? '' : ` (wanted: ${causes.join(', ')})`} | ${seconds(ms)} |`,
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

function wronglyVerified({ verified, name = '' }) {
  return verified && !onlyWarned.test(name);
}

async function finish(hosting) {
  const dir = path.join(folder, hosting);
  await openWorld(path.join(dir, 'sandbox'), { users: 12, hosting });
  const flags = ['--hosting', hosting, ...(hosting === 'self-hosted' ? atOwnSite(path.join(dir, 'sandbox')) : [])];
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

function atOwnSite(dir) {
  return ['--redirect-url', site, '--app-config', path.join(dir, 'appconfig.js')];
}

/** A migration that waits for somebody to enter the identity provider's data in Console. */
async function pause() {
  const dir = path.join(folder, 'under-way');
  const state = path.join(dir, 'sandbox');
  const sandbox = await startSandbox({ dir: state, users: 12, hosting: 'self-hosted' });
  const operator = createOperator({ endpoints: sandbox.endpoints });
  const endpoints = path.join(folder, 'endpoints.json');
  await writeFile(endpoints, JSON.stringify(sandbox.endpoints));
  const here = ['--state', state, '--endpoints', endpoints, '--yes', '--json'];
  const flags = ['--setup-type', 'new', '--hosting', 'self-hosted', ...atOwnSite(state)];
  let { stdout } = await run(['migrate', ...flags, ...here], sandbox.credentials);
  for (;;) {
    const { step, title, instruction } = JSON.parse(stdout).waitingFor;
    if (step === 'enter-identity-provider-data') break;
    await operator.perform(
      { id: step, title },
      { action: 'manual', resource: 'any', key: '', before: null, instruction },
    );
    ({ stdout } = await run(['resume', '--done', step, ...here], sandbox.credentials));
  }
  await sandbox.close();
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
  const site = account.hosting === 'self-hosted' ? ['--app-config', path.join(dir, 'sandbox', 'appconfig.js')] : [];
  const login = ['--login', 'browser', '--callback-port', String(port), ...site];
  const started = performance.now();
  const { stdout } = await run(
    ['validate', '--json', '--state', path.join(dir, 'sandbox'), '--endpoints', endpoints, ...login],
    sandbox.credentials,
    url => operator.visit(url).catch(error => endWait(port, url, error)),
  );
  const ms = performance.now() - started;
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
  const { findings = [], verified } = JSON.parse(stdout);
  return { codes: findings.map(({ code }) => code), verified, ms };
}

/** Says what the page says that a login stopped at; a login that never comes back is waited for. */
async function endWait(port, link, { message }) {
  const state = new URL(link).searchParams.get('state');
  const answer = new URLSearchParams({ state, error: 'stopped', error_description: message });
  await fetch(`http://localhost:${port}/?${answer}`).catch(() => {});
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
