import { expect, it } from 'vitest';
import { openScene } from './scene.js';
import { unplanned, writesIn } from './writes.js';

const users = 10_000;

it('carries 10,000 users and 60 groups over within its budget of requests', { timeout: 240_000 }, async () => {
  const scene = await openScene({ users });
  try {
    expect((await scene.run('finish')).status).toBe('finished');
    const graph = scene.exchanges.filter(({ system }) => system === 'graph');
    const pages = graph.filter(({ path }) => /[?&](\$|%24)top=999/.test(path)).length;
    expect(graph.length).toBeLessThanOrEqual(pages + (users / 20) * 1.1 + 60);
    // The lists of both applications and of the users, for the plan, the plan before it is applied, and the checks.
    expect(pages).toBeLessThan(90);
    expect(unplanned(writesIn(scene.exchanges), scene.planned.slice(0, 40))).toEqual([]);
    const groups = scene.sandbox.world.directory.appRoleAssignments.filter(one => one.principalType === 'Group');
    expect(groups.length).toBe(120);
  } finally {
    await scene.close();
  }
});
