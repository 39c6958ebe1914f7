import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/trace.js';
import { hasContract, violations } from '../sandbox/entra/contract.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';
import { filesOf, readWorld, shownWorld, stateDirectory } from './sandbox.js';

/** Anything but a GET and the sign-in. */
const isWriting = (exchange: Exchange) => {
  const { system, method, path } = exchange;
  if (system === 'graph') return isGraphWrite(exchange);
  return method !== 'GET' && !(system === 'login' && /\/oauth2\/v2\.0\/token/.test(path));
};

describe.each(['new', 'modify'])('an unattended migration, setup type %s', setupType => {
  test('finishes with the evidence of a login; a second run writes nothing', async () => {
    const state = await stateDirectory({});
    const before = await shownWorld(state);
    const migrate = (trace: string) =>
      run([
        ...['migrate', '--sandbox', '--yes', '--setup-type', setupType],
        ...['--state', state, '--trace', path.join(state, trace), '--json'],
      ]);

    const first = await migrate('first.jsonl');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const [worker] = before.workers.filter(({ sid }: { sid: string }) => sid === first.json.evidence.workerSid);
    expect(first.json).toMatchObject({
      version: 1,
      command: 'migrate',
      status: 'finished',
      setupType,
      verified: true,
      stepsLeft: [],
      leftToDo: [],
      evidence: { source: 'flex', nameId: worker.nameId, roles: worker.attributes.roles, sameWorker: true },
    });
    const keptDays = Date.parse(first.json.legacyKeptUntil) - Date.parse(first.json.finishedAt);
    // From the last moment before Finish was clicked.
    expect(keptDays).toBeLessThanOrEqual(30 * 24 * 60 * 60 * 1000);
    expect(keptDays).toBeGreaterThan(30 * 24 * 60 * 60 * 1000 - 60_000);

    const world = await shownWorld(state);
    expect(world.connections).toMatchObject([{ name: first.json.connection.name, active: true, setupType }]);
    expect(world.workers).toHaveLength(before.workers.length);

    const second = await migrate('second.jsonl');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.json).toMatchObject({ status: 'finished', changed: 0, evidence: first.json.evidence });
    const exchanges = await readTrace(path.join(state, 'second.jsonl'));
    expect(exchanges.length).toBeGreaterThan(0);
    expect(exchanges.filter(isWriting).map(({ method, system, path }) => `${method} ${system}${path}`)).toEqual([]);
    const shown = await run(['sandbox', '--show', '--state', state]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.json).toEqual(world);

    const status = await run(['status', '--sandbox', '--state', state, '--json']);
    expect(status.json).toMatchObject({ command: 'status', status: 'finished', evidence: first.json.evidence });
  });

  test('leaves no secret anywhere, and speaks as Microsoft and Twilio publish', async () => {
    const state = await stateDirectory({});
    const trace = path.join(state, 'trace.jsonl');
    const place = ['--sandbox', '--yes', '--state', state, '--trace', trace];
    const ended = [
      await run(['migrate', '--setup-type', setupType, ...place, '--debug']),
      await run(['validate', '--login', 'browser', ...place, '--json']),
      await run(['revert', ...place, '--json']),
      await run(['migrate', ...place, '--json']),
      await run(['plan', ...place, '--json']),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);

    const { 'sandbox/world.json': _, ...files } = await filesOf(state);
    expect(Object.keys(files)).toContain('trace.jsonl');
    const said = ended.map(({ stdout, stderr }, index) => [`output ${index}`, stdout + stderr]);
    const secrets = await secretsOf(state);
    for (const [where, text] of [...Object.entries(files), ...said] as [string, string][]) {
      const found = secrets.filter(secret => text.includes(secret));
      expect([where, ...found, ...(text.match(likeASecret) ?? [])]).toEqual([where]);
    }

    if (hasContract) expect(await violations(await readTrace(trace))).toEqual([]);
  });
});

/** Tokens, keys, and what a browser carries through a login. */
const likeASecret =
  /eyJ[\w-]{20}|PRIVATE KEY|(?:SAML(?:Request|Response)|code|RelayState)=(?!\[redacted\])[\w%-]{16}|PHNhbWxw/g;

/** The secrets that the world holds. */
async function secretsOf(state: string): Promise<string[]> {
  const { account, directory } = await readWorld(state);
  expect(account.refreshTokens.length).toBeGreaterThan(0);
  return [
    ...[account.authToken, account.apiSecret, directory.registration.clientSecret],
    ...account.refreshTokens.map(({ token }) => token),
    ...account.codes.map(({ code }) => code),
    ...directory.signingKeys.flatMap(({ privateKey }) => privateKey.trim().split('\n').slice(-8, -1)),
  ].filter(secret => secret.length > 15);
}

test('without --json, a person reads the result on stdout and the way there on stderr, in plain text', async () => {
  const state = await stateDirectory({});
  const ended = await run(['migrate', '--sandbox', '--yes', '--setup-type', 'new', '--state', state]);
  const { evidence, connection } = JSON.parse((await run(['status', '--sandbox', '--state', state, '--json'])).stdout);
  expect(ended.code).toBe(0);
  for (const shown of [evidence.workerSid, evidence.nameId, connection.name, 'admin'])
    expect(ended.stdout).toContain(shown);
  expect(ended.stderr).toContain('Update your identity provider');
  expect(ended.stdout + ended.stderr).not.toMatch(/\u001b/);
  const file = path.join(
    state,
    'sandbox',
    'migrations',
    `AC${(await readWorld(state)).account.accountSid.slice(2)}.json`,
  );
  expect(JSON.parse(await readFile(file, 'utf8')).facts.evidence).toEqual(evidence);
});

test('shown changes that a finished migration has not made are left to do, with how to do them', async () => {
  const state = await stateDirectory({});
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  const skipped = await run(['migrate', '--setup-type', 'modify', '--login', 'skip', ...here]);
  expect(skipped).toMatchObject({ code: 0, json: { status: 'finished', verified: false } });
  expect(skipped.json.leftToDo).toEqual([
    {
      step: 'finish',
      check: 'legacy-values',
      message: expect.stringContaining('The legacy values stay in the application'),
      hint: expect.stringContaining('flex-sso validate --login browser'),
    },
  ]);
});
