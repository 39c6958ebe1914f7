import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CauseCode, orderOf } from '../../src/diagnosis/causes.js';
import { breaks } from '../../src/sandbox/breaks.js';
import expectedCauses from './expected-causes.json' with { type: 'json' };
import pairs from './pairs.json' with { type: 'json' };
import { type Finished, finishMigration, onlySelfHosted, validateBroken } from './run.js';

const expected: Readonly<Record<string, string>> = expectedCauses;
/** Those of which somebody who can log in is to be told, and no more. */
const onlyWarned = ['legacy-off'];

let hosted: Finished;
let selfHosted: Finished;
beforeAll(async () => {
  hosted = await finishMigration('new');
  selfHosted = await finishMigration('self-hosted');
});
afterAll(async () => {
  await hosted.remove();
  await selfHosted.remove();
});

const finishedFor = (name: string) => (onlySelfHosted.includes(name) ? selfHosted : hosted);

test('every break is one whose cause is known', () => {
  expect(Object.keys(expected).sort()).toEqual(Object.keys(breaks).sort());
  expect(Object.keys(breaks).length).toBeGreaterThanOrEqual(45);
});

test('nothing is found where nothing is wrong', async () => {
  for (const finished of [hosted, selfHosted]) {
    const { code, document } = await validateBroken(finished, []);
    expect(document.findings).toEqual([]);
    expect(document).toMatchObject({ verified: true, evidence: { source: 'flex', sameWorker: true, fresh: true } });
    expect(code).toBe(0);
  }
});

describe('one misconfiguration', () => {
  test.each(Object.keys(breaks))('%s', async name => {
    const { code, document, codes } = await validateBroken(finishedFor(name), [name]);
    expect(codes[0]).toBe(expected[name]);
    expect(document.findings[0]).toMatchObject({ message: expect.any(String), fix: expect.any(String) });
    if (onlyWarned.includes(name)) return;
    expect(document.verified).toBe(false);
    expect(code).toBe(5);
  });
});

test('two misconfigurations at once: both are listed, the one to mend first on top', async () => {
  const results: { pair: string[]; codes: string[]; both: boolean; first: boolean }[] = [];
  expect(pairs.length).toBeGreaterThanOrEqual(30);
  for (const pair of pairs) {
    const { document, codes } = await validateBroken(hosted, pair);
    expect(document.verified).toBe(false);
    const causes = pair.map(name => expected[name] ?? '');
    const wanted = causes.toSorted((a, b) => orderOf(a as CauseCode) - orderOf(b as CauseCode))[0];
    results.push({ pair, codes, both: causes.every(cause => codes.includes(cause)), first: codes[0] === wanted });
  }
  const share = (is: (result: (typeof results)[number]) => boolean) => results.filter(is).length / results.length;
  const wrong = results.filter(({ both, first }) => !both || !first);
  expect(
    share(({ first }) => first),
    JSON.stringify(wrong),
  ).toBeGreaterThanOrEqual(0.8);
  expect(
    share(({ both }) => both),
    JSON.stringify(wrong),
  ).toBe(1);
});
