import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
import { watchDisk } from '../fire/disk.js';
import { calls, errors, inject } from '../fire/failing-files.mjs';
import { temporaryDirectory } from '../support/cli.js';

const accountSid = `AC${'0'.repeat(32)}`;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let notices: string[];
beforeEach(async () => {
  directory = await temporaryDirectory();
  notices = [];
});
afterEach(() => directory.remove());

const folder = () => path.join(directory.path, 'migrations');
const store = () => createFileStore(folder(), { notice: message => notices.push(message) });
const file = (kind = '') => path.join(folder(), `${accountSid}${kind}.json`);

/** Two revisions, so that the next save does all that a save does. */
async function saveTwice() {
  const first = await store().save(beginMigration(accountSid), 0);
  return store().save(first, first.revision);
}

describe.each(calls)('%s', call => {
  test.each(call === 'writeSync' ? [...errors, 'short'] : errors)('fails with %s in a save', async error => {
    let kept = await saveTwice();
    for (let n = 1; ; n++) {
      const restore = inject(`${call} ${n} ${error}`);
      const saved = store().save(kept, kept.revision);
      const failure = await saved.then(
        () => undefined,
        cause => cause,
      );
      const came = restore();
      if (failure) {
        expect(failure).toMatchObject({
          name: 'FlexSsoError',
          code: expect.stringMatching(/^state-un(writable|readable)$/),
        });
        // The name of a temporary folder may look like an error's.
        expect(failure.message.replaceAll(directory.path, '')).not.toMatch(/injected|Sync|E[A-Z]{3,}/);
        expect(failure.message).toContain(folder());
      }
      const loaded = await store().load(accountSid);
      expect([kept.revision, kept.revision + 1]).toContain(loaded?.revision);
      // The next one is a save as if nothing had been.
      kept = await store().save(loaded ?? kept, loaded?.revision ?? 0);
      expect((await readdir(folder())).sort()).toEqual([`${accountSid}.json`, `${accountSid}.previous.json`]);
      if (!came) {
        expect([n > 1, failure]).toEqual([true, undefined]);
        break;
      }
      // A file system without hard links, or one that cannot flush a folder, is none that fails.
      if (error !== 'short' && call !== 'rmSync' && !(call === 'linkSync' && error === 'EPERM'))
        expect(failure).toBeDefined();
    }
    expect(notices).toEqual([]);
  });
});

test.each([
  ['empty', () => ''],
  ['cut off', (text: string) => text.slice(0, 200)],
  ['of zeros', (text: string) => '\0'.repeat(text.length)],
  ['of another shape', (text: string) => text.replace('"journal"', '"diary"')],
])(
  'if the newest file is %s, the one before counts and is told of, and the damaged one is kept',
  async (_what, spoil) => {
    const kept = await saveTwice();
    const spoilt = spoil(await readFile(file(), 'utf8'));
    await writeFile(file(), spoilt);
    const loaded = await store().load(accountSid);
    expect(loaded?.revision).toBe(kept.revision - 1);
    expect(notices).toEqual([expect.stringContaining(`revision 1 of ${loaded?.updatedAt}`)]);
    expect(notices[0]).toContain(file());
    expect(await readFile(file(), 'utf8')).toBe(spoilt);

    const next = await store().save(loaded ?? kept, 1);
    expect(await store().load(accountSid)).toEqual(next);
    expect(await readFile(file('.damaged'), 'utf8')).toBe(spoilt);
    expect(JSON.parse(await readFile(file('.previous'), 'utf8')).revision).toBe(1);
  },
);

/** How the newest revision is lost. */
const losses: Readonly<Record<string, () => Promise<unknown>>> = {
  missing: () => rm(file()),
  damaged: () => writeFile(file(), '{'),
  'a folder': () => rm(file()).then(() => mkdir(file())),
  ...(process.platform !== 'win32' && { 'a link': () => rm(file()).then(() => symlink('nowhere', file())) }),
};

test.each(Object.entries(losses))(
  'if the newest file is %s, the one before counts in every way',
  async (_what, lose) => {
    const kept = await saveTwice();
    await lose();
    expect(await store().list()).toEqual([accountSid]);
    const loaded = await store().load(accountSid);
    expect(loaded?.revision).toBe(kept.revision - 1);
    expect(notices).toEqual([expect.stringContaining(file('.previous'))]);
    // A run that read the newest one before it was lost writes nothing over what may come back.
    const late = await store()
      .save(kept, kept.revision)
      .catch(error => error);
    expect(late).toMatchObject({ code: expect.stringMatching(/^state-(missing|damaged|unreadable)$/) });
    expect(late.hint).toContain('goes on from the revision before it');
    const saved = await store().save(loaded ?? kept, kept.revision - 1);
    notices = [];
    expect(await store().load(accountSid)).toEqual(saved);
    expect(notices).toEqual([]);
  },
);

test('with neither revision there is nothing, and a bad one is not taken for nothing', async () => {
  await saveTwice();
  await rm(file());
  const text = await readFile(file('.previous'), 'utf8');
  for (const [code, spoilt] of [
    ['state-damaged', '{'],
    ['state-newer', text.replace('"schemaVersion": 1', '"schemaVersion": 99')],
  ] as const) {
    await writeFile(file('.previous'), spoilt);
    await expect(store().load(accountSid)).rejects.toMatchObject({ code });
    await expect(store().save(beginMigration(accountSid), 0)).rejects.toMatchObject({ code });
    expect(await readFile(file('.previous'), 'utf8')).toBe(spoilt);
  }
  await rm(file('.previous'));
  expect(await store().load(accountSid)).toBeUndefined();
  expect(await store().list()).toEqual([]);
});

test('the revision before one of a newer flex-sso does not count', async () => {
  await saveTwice();
  await writeFile(file(), (await readFile(file(), 'utf8')).replace('"schemaVersion": 1', '"schemaVersion": 99'));
  await expect(store().load(accountSid)).rejects.toMatchObject({ code: 'state-newer' });
});

/** The revisions that can be read now. */
function wholeRevisions(): number[] {
  return ['', '.previous'].flatMap(kind => {
    try {
      return JSON.parse(readFileSync(file(kind), 'utf8')).revision;
    } catch {
      return [];
    }
  });
}

describe.each(Object.entries({ whole: async () => {}, ...losses }))('a newest file that is %s', (what, lose) => {
  const oldest = what === 'whole' ? 2 : 1;

  test('is replaced so that at every call of the save a revision is whole', async () => {
    await saveTwice();
    await lose();
    const loaded = await store().load(accountSid);
    const seen: number[] = [];
    const stop = watchDisk(() => seen.push(Math.max(...wholeRevisions())));
    await store().save(loaded ?? beginMigration(accountSid), oldest);
    stop();
    expect(seen.length).toBeGreaterThan(5);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(oldest);
  });

  test.each(calls)('and %s fails from some time on: a revision can be read', async call => {
    for (let n = 1; ; n++) {
      await rm(folder(), { recursive: true, force: true });
      await saveTwice();
      await lose();
      const loaded = await store().load(accountSid);
      const restore = inject(`${call} ${n}+ EIO`);
      const failure = await store()
        .save(loaded ?? beginMigration(accountSid), oldest)
        .then(
          () => undefined,
          error => error,
        );
      const came = restore();
      const after = await store().load(accountSid);
      expect(after?.revision).toBeGreaterThanOrEqual(oldest);
      if (failure) expect(failure).toMatchObject({ name: 'FlexSsoError', hint: expect.stringMatching(/\w/) });
      if (!came) break;
    }
  });
});

test('what killed processes left is deleted by the next one', async () => {
  await saveTwice();
  for (const left of [
    `${accountSid}.json.flex-sso.new`,
    `${accountSid}.json.new`,
    `${accountSid}.json.391823`,
    `${accountSid}.previous.json.flex-sso.new`,
    `${accountSid}.lock.1b2c`,
  ])
    await writeFile(path.join(folder(), left), 'left');
  (await store().lock(accountSid)).release();
  expect((await readdir(folder())).sort()).toEqual([`${accountSid}.json`, `${accountSid}.previous.json`]);
});
