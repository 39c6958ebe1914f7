import { expect, test } from 'vitest';
import { wantsLess } from '../../src/migration/same-or-less.js';
import type { Change } from '../../src/migration/state.js';

const assigning = (before: string[], after: string[], key = 'Flex'): Change => ({
  action: before.length > 0 ? 'update' : 'create',
  resource: 'appRoleAssignments',
  key,
  title: `Assign ${after.length - before.length}`,
  before,
  after,
});

test.each([
  ['the same', [assigning(['a'], ['a', 'b'])], true],
  ['nothing', [], true],
  ['fewer of them', [assigning(['a', 'b'], ['a', 'b', 'c'])], false],
  ['what is nearer to the same end', [assigning(['a', 'c'], ['a', 'b', 'c', 'd'])], true],
  ['what is further from it', [assigning([], ['a', 'b', 'c', 'd'])], false],
  ['another end', [assigning(['a', 'x'], ['a', 'b', 'c', 'd', 'x'])], false],
  ['something else', [assigning(['a'], ['a', 'b', 'c', 'd'], 'Other')], false],
])('a plan that wants %s', (_what, now, isLess) => {
  expect(wantsLess(now, [assigning(['a'], ['a', 'b', 'c', 'd']), assigning(['a'], ['a', 'b'])])).toBe(isLess);
});
