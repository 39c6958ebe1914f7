import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CauseCode } from '../../src/diagnosis/causes.js';
import { findingOf, rank } from '../../src/diagnosis/finding.js';
import { breaks, onlySelfHosted } from '../../src/sandbox/breaks.js';
import expectedCauses from './expected-causes.json' with { type: 'json' };
import pairs from './pairs.json' with { type: 'json' };
import { breakIt, type Finished, finishMigration, pauseMigration, validateBroken } from './run.js';

const expected: Readonly<Record<string, string>> = expectedCauses;
/** What is wrong with the way back alone, or may become wrong, is told to somebody who can log in, and no more. */
const isOnlyWarned = (name: string) =>
  name.startsWith('legacy-') || name === 'certificate-several' || name === 'login-popup';

let hosted: Finished;
let selfHosted: Finished;
let underWay: Finished;
beforeAll(async () => {
  hosted = await finishMigration('new');
  selfHosted = await finishMigration('self-hosted');
  underWay = await pauseMigration();
});
afterAll(async () => {
  await hosted.remove();
  await selfHosted.remove();
  await underWay.remove();
});

function finishedFor(name: string): Finished {
  if (name === 'oauth-too-early') return underWay;
  return onlySelfHosted.has(name) ? selfHosted : hosted;
}

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
    if (isOnlyWarned(name)) return;
    expect(document.verified).toBe(false);
    // Where a login cannot come back here, it goes on with one elsewhere.
    expect(code).toBe(name === 'trusted-url-missing' ? 10 : 5);
  });
});

test('a pop-up window is suspected where nothing came of a login', async () => {
  const broken = await breakIt(hosted, ['login-popup']);
  try {
    await broken.validate({ flags: { login: 'observe' } });
    const { document } = await broken.validate({ flags: {}, done: 'validate-connection' });
    expect(document.findings).toMatchObject([
      { code: 'popup-blocked', severity: 'warning', certainty: 'likely' },
      { code: 'stale-session', severity: 'warning', certainty: 'likely' },
    ]);
    expect(document.verified).toBe(false);
  } finally {
    await broken.close();
  }
});

const attributeOf = (name: string) => name.replace(/-(missing|namespaced|misspelt|empty)$/, '').replace('-', '_');

test('two misconfigurations at once: both are listed, the one to mend first on top', async () => {
  const results: { pair: string[]; codes: string[]; both: boolean; first: boolean }[] = [];
  expect(pairs.length).toBeGreaterThanOrEqual(30);
  for (const pair of pairs) {
    const { document, codes } = await validateBroken(hosted, pair);
    expect(document.verified).toBe(false);
    const causes = pair.map(name => expected[name] ?? '');
    const wanted = rank(causes.map(cause => findingOf(cause as CauseCode, '')))[0]?.code;
    // Of one cause that holds for two attributes both are named.
    const named = causes[0] === causes[1] ? pair.map(attributeOf) : [];
    const { attributes = [] } = document.findings.find(({ code }: { code: string }) => code === causes[0]) ?? {};
    const both = causes.every(cause => codes.includes(cause)) && named.every(name => attributes.includes(name));
    results.push({ pair, codes, both, first: codes[0] === wanted });
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
