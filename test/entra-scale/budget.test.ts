import { expect, it } from 'vitest';
import { openScene } from './scene.js';
import { unplanned, writesIn } from './writes.js';

const users = 10_000;

it('carries 10,000 users and 60 groups over within its budget of requests', { timeout: 240_000 }, async () => {
  const scene = await openScene({ users });
  try {
    expect((await scene.run('finish')).status).toBe('finished');
    const { appRoleAssignments } = scene.sandbox.world.directory;
    const assigned = appRoleAssignments.length / 2;
    // Of the whole run, plan, proof and validation included; the pages are those that the legacy application's list has.
    const pages = Math.ceil(assigned / 999);
    const requests = scene.exchanges.filter(({ system }) => system === 'graph').length;
    expect(requests).toBeLessThanOrEqual(pages + (users / 20) * 1.1 + 60);
    expect(unplanned(writesIn(scene.exchanges), scene.planned.slice(0, 40))).toEqual([]);
    expect(appRoleAssignments.filter(one => one.principalType === 'Group').length).toBe(120);
  } finally {
    await scene.close();
  }
});
