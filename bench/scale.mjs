// Prints figures, not verdicts: what carrying over a large legacy application costs, against writing one by one, and under
// the published quota of a tenant. Everything runs here, in the sandbox, at 50 ms a request to Graph; in real time, so it
// takes minutes.
//
//   node bench/scale.mjs [users, default 10000] [users under the quota, default 1000]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/flex-sso.js', import.meta.url));
const [users = 10_000, quotaUsers = 1000] = process.argv.slice(2).map(Number);
const oneByOnePart = Math.min(users, 200);
const pageSize = 999;
const batchSize = 20;
/** A role that the template gives to every application. */
const templateRole = '18d14569-c3bd-439b-9a66-3a2aee01d14f';
const nonGalleryTemplate = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';

console.log(`Carrying over ${users} users, at 50 ms a request to Graph`);
const carried = carryOver(users, ['slow-50ms']);
const budget = Math.ceil(Math.ceil(carried.wanted / pageSize) + (users / batchSize) * 1.1 + 60);
print('assigned afterwards', `${carried.held} of ${carried.wanted}; sent again although done: ${carried.again}`);
print('requests to Graph', `${carried.requests} (goal: at most ${budget}), of them ${carried.batches} batches`);
print('requests in flight', `${carried.inFlight} at most`);
print('seconds', `${seconds(carried.ms)} for the assignments, ${seconds(carried.total)} for the whole run`);
print('memory', `${Math.round(carried.memory / 1024 / 1024)} MB, the sandbox included`);

const each = await oneByOne(oneByOnePart);
const oneByOneMs = each * carried.wanted;
print('one by one', `${each.toFixed(1)} ms each, measured on ${oneByOnePart}: ${seconds(oneByOneMs)} for all of them`);
print('ratio', `${(oneByOneMs / carried.ms).toFixed(1)} times as fast`);

console.log(`Carrying over ${quotaUsers} users under the published quota, scaled down to 300 writes in 15 s`);
const limited = carryOver(quotaUsers, ['slow-50ms', 'quota-tenth']);
print('assigned afterwards', `${limited.held} of ${limited.wanted}; sent again although done: ${limited.again}`);
print('requests to Graph', `${limited.requests}, of them ${limited.batches} batches`);
print('429s met', `${limited.throttled}, of them ${limited.throttledMembers} inside batches`);
print(
  'seconds',
  `${seconds(limited.ms)} for the assignments; the quota alone takes ${Math.max(0, (limited.wanted / 300 - 1) * 15).toFixed(1)} s`,
);

/** Migrates a fresh world unattended, and reads off trace and world what that took. */
function carryOver(count, faults) {
  const state = mkdtempSync(path.join(tmpdir(), 'flex-sso-scale-'));
  try {
    run('sandbox', '--reset', '--users', String(count), '--show', '--state', state);
    const trace = path.join(state, 'trace.jsonl');
    const started = performance.now();
    const { stderr } = run(
      'migrate',
      ...['--sandbox', '--yes', '--json', '--setup-type', 'new', '--login', 'skip', '--state', state],
      ...['--trace', trace, '--sandbox-fault', ...faults],
    );
    const total = performance.now() - started;
    const memory = Number(/^peak (\d+)$/m.exec(stderr)?.[1] ?? 0);
    const world = JSON.parse(run('sandbox', '--show', '--state', state).stdout);
    return { ...readTrace(trace), ...compare(world), total, memory };
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

/** Whether the new application has what the legacy one has: principal by principal, role by role. */
function compare({ applications, servicePrincipals, appRoleAssignments }) {
  const legacy = applications.find(({ identifierUris }) => identifierUris.some(uri => uri.includes('/saml2')));
  const created = applications.find(({ identifierUris }) => identifierUris.some(uri => uri.startsWith('urn:flex:')));
  const assignmentsOf = ({ appId, appRoles }) => {
    const values = new Map(appRoles.map(({ id, value }) => [id, value]));
    const { id } = servicePrincipals.find(one => one.appId === appId);
    const own = appRoleAssignments.filter(({ resourceId }) => resourceId === id);
    return own.map(({ principalId, appRoleId }) => `${principalId} ${values.get(appRoleId) ?? ''}`);
  };
  const [before, after] = [assignmentsOf(legacy), assignmentsOf(created)];
  const there = new Set(after);
  return { wanted: before.length, held: before.filter(one => there.has(one)).length };
}

function readTrace(file) {
  const exchanges = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const graph = exchanges.filter(({ system }) => system === 'graph');
  const batches = graph.filter(({ path: target }) => target.endsWith('/$batch'));
  const assigning = batches.filter(({ request }) =>
    request.body.requests.some(({ method, url }) => method === 'POST' && url.endsWith('/appRoleAssignedTo')),
  );
  const spans = assigning.map(({ at, ms }) => ({ from: Date.parse(at), to: Date.parse(at) + ms }));
  const members = batches.flatMap(({ response }) => response.body?.responses ?? []);
  const again = members.filter(({ body }) => /already exists/i.test(body?.error?.message ?? '')).length;
  const throttledMembers = members.filter(({ status }) => status === 429).length;
  return {
    requests: graph.length,
    batches: batches.length,
    again,
    throttledMembers,
    throttled: throttledMembers + graph.filter(({ response }) => response.status === 429).length,
    ms: Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from)),
    inFlight: Math.max(...spans.map(({ from }) => spans.filter(one => one.from <= from && from < one.to).length)),
  };
}

/** Milliseconds of each assignment where the next is written when the last was answered. */
async function oneByOne(count) {
  const state = mkdtempSync(path.join(tmpdir(), 'flex-sso-scale-'));
  const args = ['sandbox', '--json', '--reset', '--users', String(count), '--fault', 'slow-50ms', '--state', state];
  const child = spawn(process.execPath, [bin, ...args], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const served = await firstDocument(child.stdout);
    const graph = await graphClient(served);
    const made = await graph('POST', `/applicationTemplates/${nonGalleryTemplate}/instantiate`, {
      displayName: 'One by one',
    });
    const path = `/servicePrincipals/${made.servicePrincipal.id}/appRoleAssignedTo`;
    // The first request by id does not find what is new.
    await graph('GET', path).catch(() => undefined);
    const { value } = await graph('GET', `/users?$select=id&$top=${count}`);
    const started = performance.now();
    for (const { id: principalId } of value)
      await graph('POST', path, { principalId, resourceId: made.servicePrincipal.id, appRoleId: templateRole });
    return (performance.now() - started) / value.length;
  } finally {
    const closed = once(child, 'close');
    child.kill();
    await closed;
    rmSync(state, { recursive: true, force: true });
  }
}

async function graphClient({ endpoints, environment: credentials }) {
  const answer = await fetch(`${endpoints.login}/${credentials.AZURE_TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.AZURE_CLIENT_ID,
      client_secret: credentials.AZURE_CLIENT_SECRET,
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  const { access_token: token } = await answer.json();
  return async (method, target, body) => {
    const response = await fetch(`${endpoints.graph}/v1.0${target}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${target} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
}

async function firstDocument(stream) {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    try {
      return JSON.parse(text);
    } catch {
      // Not whole yet.
    }
  }
  throw new Error(`The sandbox ended: ${text}`);
}

function run(...args) {
  // The last line of stderr is the most memory that the process ever held, in bytes.
  const peak = `data:text/javascript,process.on('exit',()=>console.error('peak '+process.resourceUsage().maxRSS*1024))`;
  const ended = spawnSync(process.execPath, ['--import', peak, bin, ...args], {
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (ended.status !== 0) throw new Error(`${args.join(' ')} ended with exit code ${ended.status}: ${ended.stderr}`);
  return ended;
}

/** Nobody's real accounts: the sandbox brings its own. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !/^(TWILIO_|AZURE_|FLEX_SSO_)/.test(name));
  return Object.fromEntries(own);
}

function print(name, text) {
  console.log(`  ${name.padEnd(20)} ${text}`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
