import { expect, it } from 'vitest';
import { hostileName } from '../terminal/hostile.js';
import { overlong } from './layout.js';
import { sandboxes, setupTypes, trusting } from './sandboxes.js';

const { start, show, edit } = sandboxes();

it.each(['new', 'modify'] as const)('hostile names stay harmless on the screen, setup type %s', async setupType => {
  const name = `hostile-${setupType}`;
  await show(name);
  await edit(name, ({ directory }) => {
    for (const held of [
      ...directory.users,
      ...directory.groups,
      ...directory.applications,
      ...directory.servicePrincipals,
    ])
      held.displayName = hostileName;
    for (const assignment of directory.appRoleAssignments) assignment.principalDisplayName = hostileName;
  });
  const newcomer = start('migrate', name, { columns: 100 });
  expect(await newcomer.walk(trusting(setupTypes[setupType]))).toBe(0);

  const written = newcomer.written();
  for (const attack of ['\u001b[2J', '\u001b[31m\u202e', '\u202e', '\u200b']) expect(written).not.toContain(attack);
  const text = newcomer.text();
  // Nothing was cleared away, and no line of theirs passes for one of ours.
  expect(text).toContain('From legacy to enhanced SSO, for Twilio Flex');
  expect(text).not.toMatch(/^\s*✓ Everything is fine/m);
  expect(text).toContain('The migration is finished');
  expect(text.length).toBeLessThan(30_000);
  expect(overlong(text, 100)).toEqual([]);
  if (setupType === 'new')
    expect(text).toMatch(/\+ Ann<U\+001B>\[2J<U\+001B>\[31m<U\+202E>evil↵✓ Everything\s+is\s+f[^\n]*… – agent/);
});
