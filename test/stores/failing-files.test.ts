import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginMigration } from '../../src/migration/state.js';
import { createFileStore } from '../../src/stores/file-store.js';
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

test('a file that was moved away is not brought back, and what was before it is not taken for a later migration', async () => {
  await saveTwice();
  await rm(file());
  expect(await store().load(accountSid)).toBeUndefined();
  await store().save(beginMigration(accountSid), 0);
  expect(await readdir(folder())).toEqual([`${accountSid}.json`]);
});

test('what killed processes left is deleted by the next one', async () => {
  await saveTwice();
  for (const left of [`${accountSid}.json.new`, `${accountSid}.json.391823`, `${accountSid}.lock.1b2c`])
    await writeFile(path.join(folder(), left), 'left');
  (await store().lock(accountSid)).release();
  expect((await readdir(folder())).sort()).toEqual([`${accountSid}.json`, `${accountSid}.previous.json`]);
});
