import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/sandbox/world.js';
import type { Exchange } from '../../src/trace.js';
import { ended, run, start, temporaryDirectory } from '../support/cli.js';
import { writesIn } from './writes.js';

/** `bench/scale.mjs` carries over 10,000. */
const users = Number(process.env.FLEX_SSO_SCALE_USERS ?? 3_000);
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** The exchanges of a trace whose last line may have been cut off. */
function readExchanges(file: string): Exchange[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map(line => JSON.parse(line));
}

const assignmentsIn = (exchanges: readonly Exchange[]) =>
  writesIn(exchanges).filter(({ path }) => path.endsWith('/appRoleAssignedTo'));

describe(`${users} users and their groups`, () => {
  it('are carried over although the run is killed three times, none of them twice', { timeout: 240_000 }, async () => {
    const made = await run(['sandbox', '--users', String(users), '--show', '--state', directory.path]);
    expect(made.code).toBe(0);
    const trace = `${directory.path}/trace.jsonl`;
    const args = ['migrate', '--sandbox', '--yes', '--json', '--setup-type', 'new', '--state', directory.path];
    for (const kill of [1, 2, 3]) {
      const child = start([...args, '--trace', trace]);
      await written(trace, (users / 20) * 0.25 * kill);
      child.kill('SIGKILL');
      await ended(child);
    }
    const before = readExchanges(trace).length;
    const last = await run([...args, '--trace', trace]);
    expect(last.json).toMatchObject({ status: 'finished' });

    const exchanges = readExchanges(trace);
    const tried = assignmentsIn(exchanges).map(({ body }) => `${body.principalId} ${body.appRoleId}`);
    expect(new Set(tried).size).toBe(tried.length);
    expect(assignmentsIn(exchanges.slice(before)).length).toBeLessThan(tried.length / 2);
    const { world } = await openWorld(`${directory.path}/sandbox`);
    const [legacy, carried] = await Promise.all(['Twilio Flex', 'Twilio Flex SSO'].map(name => assigned(world, name)));
    expect(carried?.length).toBeGreaterThan(users * 0.9);
    expect(carried).toEqual(legacy);
    expect(world.directory.applications).toHaveLength(3);
  });
});

/** Waits until a trace holds so many batches of assignments. */
async function written(trace: string, batches: number): Promise<void> {
  for (let read = 0, found = 0; found < batches; await sleep(50)) {
    const size = statSync(trace, { throwIfNoEntry: false })?.size ?? 0;
    if (size === read) continue;
    read = size;
    found = readFileSync(trace, 'utf8').split('"path":"/v1.0/$batch"').length - 1;
  }
}

/** Who is assigned to an application, and as what. */
async function assigned(
  {
    directory: { applications, servicePrincipals, appRoleAssignments },
  }: Awaited<ReturnType<typeof openWorld>>['world'],
  name: string,
) {
  const application = applications.find(({ displayName }) => displayName === name);
  const principal = servicePrincipals.find(({ appId }) => appId === application?.appId);
  const roles = new Map(application?.appRoles.map(({ id, value }) => [id, value]));
  return appRoleAssignments
    .filter(({ resourceId }) => resourceId === principal?.id)
    .map(({ principalId, appRoleId }) => `${principalId} ${roles.get(appRoleId)}`)
    .toSorted();
}
