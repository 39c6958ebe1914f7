import { expect, it } from 'vitest';
import { stateDirectory } from '../commands/sandbox.js';
import { readTrace, run } from '../support/cli.js';
import { isGraphWrite } from '../support/graph-writes.js';

const flexRoles = ['admin', 'supervisor', 'agent'];

/** A sandbox in whose legacy application these Flex roles alone are switched on. */
const withRoles = (...enabled: string[]) =>
  stateDirectory({
    change({ directory }) {
      for (const { displayName, appRoles } of directory.applications)
        for (const role of displayName === 'Twilio Flex' ? appRoles : [])
          if (flexRoles.includes(role.value ?? '')) role.isEnabled = enabled.includes(role.value ?? '');
    },
  });
const migrate = ['migrate', '--setup-type', 'new', '--login', 'skip', '--sandbox', '--yes', '--json'];

it('a plan after which nobody has a Flex role is applied only if that is accepted', { timeout: 60_000 }, async () => {
  const state = await withRoles();
  const trace = `${state}/trace.jsonl`;
  const args = [...migrate, '--state', state, '--trace', trace];
  const refused = await run(args);
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'no-roles-not-accepted' } } });
  expect(refused.json.error.message).toMatch(/^Nobody has a Flex role .*: 8 people may log in/);
  expect(refused.json.error.hint).toContain('`--accept-no-roles`');
  expect((await readTrace(trace)).filter(isGraphWrite)).toEqual([]);
  expect(await run([...args, '--accept-no-roles'])).toMatchObject({ code: 0, json: { status: 'finished' } });
});

it.each([
  ['one role is left', ['agent'], []],
  ['everyone is given one', [], ['--default-role', 'agent']],
] as const)('nothing more is asked if %s', { timeout: 60_000 }, async (_, enabled, flags) => {
  const state = await withRoles(...enabled);
  expect(await run([...migrate, ...flags, '--state', state])).toMatchObject({ code: 0, json: { status: 'finished' } });
});
