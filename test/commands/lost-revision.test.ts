import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { failing } from '../fire/failing-files.mjs';
import { run, temporaryDirectory } from '../support/cli.js';
import { filesOf, readWorld, stateDirectory } from './sandbox.js';

const test = anyTest.runIf(process.platform !== 'win32');
const slow = 120_000;

/** A finished migration; every test works on a copy of it. */
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let accountSid: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  const here = ['--sandbox', '--yes', '--json', '--state', directory.path];
  expect(await run(['migrate', '--setup-type', 'modify', ...here])).toMatchObject({ code: 0 });
  accountSid = (await readWorld(directory.path)).account.accountSid;
  await writeFile(
    path.join(directory.path, 'refusal.txt'),
    'AADSTS50105: The signed in user is not assigned to a role.',
  );
}, slow);
afterAll(() => directory.remove());

async function finished() {
  const state = await stateDirectory();
  await cp(directory.path, state, { recursive: true });
  const folder = path.join(state, 'sandbox', 'migrations');
  const file = path.join(folder, `${accountSid}.json`);
  const previous = path.join(folder, `${accountSid}.previous.json`);
  const here = ['--sandbox', '--yes', '--json', '--state', state];
  return {
    state,
    folder,
    file,
    previous,
    run: (args: string[], env?: Record<string, string>) => run([...args, ...here], env),
  };
}
type Finished = Awaited<ReturnType<typeof finished>>;

/** The newest file and no other; what fails once it fails each time. */
const onNewest = (call: string, error: string) => failing(call, '1+', error, /AC\w{32}\.json$/);

interface Loss {
  lose?: (migration: Finished) => Promise<unknown>;
  env?: Record<string, string>;
  /** What is wrong, and what to do about it. */
  wrong: RegExp;
  advice: RegExp;
}

const losses: Readonly<Record<string, Loss>> = {
  'is damaged': {
    lose: ({ file }) => writeFile(file, '{'),
    wrong: /is damaged: it is not whole JSON/,
    advice: /renames the newest file to AC\w+\.damaged\.json/,
  },
  'is gone': {
    lose: ({ file }) => rm(file),
    wrong: /is missing/,
    advice: /To begin without a record, move AC\w+\.previous\.json away too/,
  },
  'cannot be read': {
    env: onNewest('readFileSync', 'EIO'),
    wrong: /the disk reports an error/,
    advice: /Check the disk/,
  },
  'may not be read': {
    env: onNewest('openSync', 'EACCES'),
    wrong: /you have no permission there/,
    advice: /as the user who owns it/,
  },
  'is a link': {
    lose: async ({ file }) => {
      await rename(file, `${file}.elsewhere`);
      await symlink(`${file}.elsewhere`, file);
    },
    wrong: /it is a symbolic link/,
    advice: /what the link leads to/,
  },
  'is a folder': {
    lose: async ({ file }) => {
      await rm(file);
      await mkdir(file);
    },
    wrong: /a folder has its name/,
    advice: /Move that folder away/,
  },
};
const permission = /permission/;

test.each(Object.entries(losses))(
  'a newest revision that %s: the one before is used, and told of',
  { timeout: slow },
  async (_what, loss) => {
    const migration = await finished();
    const before = JSON.parse(await readFile(migration.previous, 'utf8'));
    await loss.lose?.(migration);
    const files = await filesOf(migration.state);
    const status = await migration.run(['status'], loss.env);
    expect(status).toMatchObject({ code: 0, stderr: '', json: { accountSid } });
    const [note] = status.json.notes;
    expect(note).toMatch(loss.wrong);
    expect(note).toContain(`${migration.file} `);
    expect(note).toContain(`revision ${before.revision} of ${before.updatedAt}, in ${migration.previous}`);
    expect(note).toMatch(loss.advice);
    if (!/permission/.test(loss.wrong.source)) expect(note).not.toMatch(permission);
    expect(await filesOf(migration.state)).toEqual(files);
    // Whoever goes on keeps what is there, and ends with a file that can be read.
    if (loss.env) return;
    expect(await migration.run(['revert'])).toMatchObject({ code: 0, json: { status: 'reverted' } });
    const after = await migration.run(['status']);
    expect(after).toMatchObject({ code: 0, json: { status: 'reverted' } });
    expect(after.json).not.toHaveProperty('notes');
  },
);

test.each(Object.entries(losses).filter(([what]) => what !== 'is gone'))(
  'a newest revision that %s, with none before it: what is wrong and what to do',
  async (_what, loss) => {
    const migration = await finished();
    await loss.lose?.(migration);
    await rm(migration.previous);
    const files = await filesOf(migration.state);
    const { code, stderr, json } = await migration.run(['status'], loss.env);
    expect([code, stderr]).toEqual([1, '']);
    expect(json.error.code).toMatch(/^state-(damaged|unreadable)$/);
    expect(json.error.message).toMatch(loss.wrong);
    expect(json.error.message).toContain(migration.file);
    if (json.error.code === 'state-unreadable') expect(json.error.hint).toMatch(loss.advice);
    if (!/permission/.test(loss.wrong.source)) expect(json.error.hint).not.toMatch(permission);
    for (const file of [migration.file, migration.previous]) expect(json.error.hint).toContain(path.basename(file));
    expect(await filesOf(migration.state)).toEqual(files);
  },
);

test('a damaged revision is not taken for none if the newest one is gone', async () => {
  const migration = await finished();
  await rm(migration.file);
  await writeFile(migration.previous, '{');
  const files = await filesOf(migration.state);
  for (const command of ['status', 'revert']) {
    const { code, json } = await migration.run([command]);
    expect([command, code, json.error.code]).toEqual([command, 1, 'state-damaged']);
    expect(json.error.message).toContain(migration.previous);
  }
  expect(await filesOf(migration.state)).toEqual(files);
});

test('a save that fails leaves the revision before, if that is all there is', async () => {
  const migration = await finished();
  await rm(migration.file);
  const before = await readFile(migration.previous, 'utf8');
  const stopped = await migration.run(['revert'], failing('renameSync', '1+', 'EIO'));
  expect(stopped).toMatchObject({ code: 1, json: { error: { code: 'state-unwritable' } } });
  expect(await readFile(migration.previous, 'utf8')).toBe(before);
  expect(await migration.run(['revert'])).toMatchObject({ code: 0, json: { status: 'reverted' } });
});

test.each([
  ['a file', (folder: string) => writeFile(folder, ''), /a part of its path is a file/],
  ['a loop of links', (folder: string) => symlink('migrations', folder), /a loop/],
])('if the folder of the state is %s, that is not “nothing has begun”', async (_what, spoil, words) => {
  const { folder, run } = await finished();
  await rm(folder, { recursive: true });
  await spoil(folder);
  for (const command of ['status', 'migrate']) {
    const { code, json } = await run([command]);
    expect([command, code, json.error.code]).toEqual([command, 1, 'state-unreadable']);
    expect(json.error.message).toMatch(words);
    expect(json.error.message).toContain(folder);
    expect(json.error.hint).toMatch(/--state/);
    expect(json.error.hint).not.toMatch(permission);
  }
});
