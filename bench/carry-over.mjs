import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createOperator } from '../dist/sandbox/operator.js';
import { run, withFolder, withSandbox } from './flex-sso.mjs';

const migrate = ['--setup-type', 'new', '--login', 'skip'];

/** Migrates a fresh world of so many users in one go, validation included, and reads off trace and world what that took. */
export const carryOver = (users, faults) =>
  withFolder(async state => {
    await run(['sandbox', '--reset', '--users', String(users), '--show', '--state', state]);
    const trace = path.join(state, 'trace.jsonl');
    const here = ['--sandbox', '--yes', '--json', '--state', state];
    await run(['migrate', ...migrate, ...here, '--trace', trace, '--sandbox-fault', ...faults]);
    const { document: world } = await run(['sandbox', '--show', '--state', state]);
    return { ...readTrace(trace), ...compare(world) };
  });

/** The peak of memory of flex-sso alone, and the size of the state that it kept, in bytes. Somebody clicks in Console between its runs. */
export const footprint = (users, { trace }) =>
  withFolder(state =>
    withSandbox(['--users', String(users), '--state', state], async ({ endpoints, credentials }) => {
      const file = path.join(state, 'endpoints.json');
      writeFileSync(file, JSON.stringify(endpoints));
      const traced = trace ? ['--trace', path.join(state, 'trace.jsonl')] : [];
      const go = (...args) =>
        run([...args, '--yes', '--json', '--state', state, '--endpoints', file, ...traced], credentials);
      const operator = createOperator({ endpoints });
      const ends = [await go('migrate', ...migrate)];
      for (let { document } = ends[0]; document.status === 'paused'; { document } = ends.at(-1)) {
        const { step, title, instruction } = document.waitingFor;
        await operator.perform({ id: step, title }, { resource: 'any', key: '', title, instruction });
        ends.push(await go('resume', '--done', step));
      }
      const migrations = path.join(state, 'migrations');
      const kept = readdirSync(migrations).find(name => name.endsWith('.json'));
      return {
        memory: Math.max(...ends.map(({ peak }) => peak)),
        state: statSync(path.join(migrations, kept)).size,
        saves: JSON.parse(readFileSync(path.join(migrations, kept), 'utf8')).revision,
      };
    }),
  );

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
  const there = new Set(assignmentsOf(created));
  const before = assignmentsOf(legacy);
  return { wanted: before.length, held: before.filter(one => there.has(one)).length };
}

function readTrace(file) {
  const graph = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .filter(({ system }) => system === 'graph');
  const assigning = graph.filter(
    ({ path: target, request }) =>
      target.endsWith('/$batch') &&
      request.body.requests.some(({ method, url }) => method === 'POST' && url.endsWith('/appRoleAssignedTo')),
  );
  const spans = assigning.map(({ at, ms }) => ({ from: Date.parse(at), to: Date.parse(at) + ms }));
  const members = assigning.flatMap(({ response }) => response.body?.responses ?? []);
  return {
    requests: graph.length,
    batches: assigning.length,
    again: members.filter(({ body }) => /already exists/i.test(body?.error?.message ?? '')).length,
    refused: members.filter(({ status }) => status === 429).length,
    ms: Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from)),
    inFlight: Math.max(...spans.map(({ from }) => spans.filter(one => one.from <= from && from < one.to).length)),
  };
}
