import { describe, expect, it } from 'vitest';
import { FlexSsoError, interrupted } from '../../src/errors.js';
import type { Evidence } from '../../src/migration/facts.js';
import { recommend, setupTypes } from '../../src/migration/setup-types.js';
import { beginMigration, type Migration } from '../../src/migration/state.js';
import { describeError, drawError } from '../../src/terminal/errors.js';
import { widthOf } from '../../src/terminal/output.js';
import { drawSetupTypes } from '../../src/terminal/setup-types.js';
import { stepState } from '../../src/terminal/steps.js';
import { drawStatus, drawSummary, type SummaryOptions } from '../../src/terminal/summary.js';
import { change, check, connection, drawn, manualChange, nextStep, step } from './drawn.js';

const accountSid = 'AC0123456789abcdef0123456789abcdef';
const at = '2026-11-21T10:32:00.000Z';
const steps = [step, nextStep, { id: 'finish', title: 'Finish' }] as const;
const recordedIn = '/home/ann/.local/share/flex-sso/migrations/AC0123456789abcdef0123456789abcdef.json';

const where = { steps, recordedIn, isSandbox: false };

const begun: Migration = { ...beginMigration(accountSid, at), answers: { setupType: 'new' } };
const waiting: Migration = {
  ...begun,
  completed: [step.id],
  journal: [
    { step: nextStep.id, direction: 'forward', change: manualChange, status: 'intended', by: 'person', intendedAt: at },
  ],
};
const finished = (evidence?: Partial<Evidence>): Migration => ({
  ...begun,
  completed: steps.map(({ id }) => id),
  facts: {
    finishedAt: at,
    ...(evidence && { evidence: { source: 'flex', at, connectionName: connection, ...evidence } }),
  },
});

const summary = (migration: Migration, ended: SummaryOptions['ended'], columns = 80) =>
  drawn(output => drawSummary(output, migration, { ended, steps, recordedIn, isSandbox: false, now: new Date(at) }), {
    columns,
  });
/** Without the line breaks of wrapping. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('the end of a finished migration', () => {
  it('says what the login proves', () => {
    const evidence = { workerSid: 'WK1', sameWorker: true, nameId: 'ann@example.com', roles: ['agent', 'admin'] };
    const text = flat(summary(finished(evidence), 'finished'));
    expect(text).toContain(
      `✓ Verified. A login through ${connection} came back to flex-sso on 21 November 2026 at 10:32 UTC.`,
    );
    expect(text).toContain('- Worker (WK1): the same as before. - NameID: ann@example.com - Roles: agent, admin');
    expect(text).not.toContain('flex-sso validate');
  });

  it.each([
    [{ source: 'word' as const }, 'Not verified. Somebody said'],
    [{ source: 'none' as const }, 'Not verified. No login'],
    [undefined, 'Not verified. No login'],
    [{ source: 'taskrouter' as const }, 'Not verified. TaskRouter alone'],
  ])('says plainly what %j does not prove', (evidence, expected) => {
    const text = flat(summary(finished(evidence), 'finished'));
    expect(text).toContain(expected);
    expect(text).not.toContain('✓ Verified');
    expect(text).toContain('Run `flex-sso validate --login browser`');
  });

  it('warns of a second Worker', () => {
    const text = flat(summary(finished({ workerSid: 'WK2', sameWorker: false }), 'finished'));
    expect(text).toContain('Worker (WK2): a new one. If this person had a Worker before, the NameID has changed');
  });

  it('names the day until which the way back is open', () => {
    expect(summary(finished(), 'finished')).toContain('Flex keeps the legacy details until 21 December 2026.');
    const late = drawn(output =>
      drawSummary(output, finished(), { ended: 'finished', ...where, now: new Date('2027-02-01') }),
    );
    expect(late).toMatch(/until\s+21\s+December\s+2026,\s+so\s+there\s+is\s+likely\s+no\s+way\s+back/);
  });
});

describe('what was added for the test login', () => {
  const instruction = {
    who: 'flex-administrator' as const,
    summary: 'Enter the data',
    tasks: [
      { do: 'enter' as const, label: 'Trusted URLs', value: 'https://flex.example.com\nhttp://localhost:3000' },
      { do: 'click' as const, label: 'Save' },
    ],
  };
  const entered: Migration = {
    ...finished({ workerSid: 'WK1', sameWorker: true }),
    journal: [
      {
        step: nextStep.id,
        direction: 'forward',
        change: { ...manualChange, instruction },
        status: 'applied',
        by: 'person',
        intendedAt: at,
        appliedAt: at,
      },
    ],
  };
  const told = (migration: Migration, isSandbox: boolean) =>
    flat(drawn(output => drawSummary(output, migration, { ended: 'finished', ...where, isSandbox })));

  it('may be taken out again once the login is proven, where the account is a real one', () => {
    const reminder = 'Take http://localhost:3000 out of the Trusted URLs in Flex Console again';
    expect(told(entered, false)).toContain(reminder);
    expect(told(entered, true)).not.toContain(reminder);
    expect(told({ ...entered, facts: { finishedAt: at } }, false)).not.toContain(reminder);
  });
});

describe('other ends', () => {
  it('a paused migration names who it waits for and how to go on', () => {
    const text = flat(summary(waiting, 'paused'));
    expect(text).toContain(
      'It waits for the Flex administrator: Enter the data of the identity provider in Flex Console.',
    );
    expect(text).toContain('Run `flex-sso resume` when that is done');
    expect(text).toContain('`--done enter-identity-provider-data`');
    expect(text).toContain('Run `flex-sso revert` to go back to the legacy connection instead.');
  });

  it('a reverted one says when, and how to go forward again', () => {
    const reverted: Migration = { ...begun, direction: 'back', facts: { revertedAt: at } };
    const text = flat(summary(reverted, 'reverted'));
    expect(text).toContain('Reverted on 21 November 2026 at 10:32 UTC.');
    expect(text).toContain('Run `flex-sso migrate` to go forward again.');
  });

  it('one that was declined says how to see the plan again, and offers no way back where nothing was done', () => {
    const text = flat(summary(begun, 'declined'));
    expect(text).toContain('The plan was not accepted, and nothing of it was done');
    expect(text).toContain('Run `flex-sso resume` to see the plan again');
    expect(text).not.toContain('flex-sso revert');
  });

  it('one that was going back offers to turn round', () => {
    const text = flat(summary({ ...waiting, direction: 'back' }, 'paused'));
    expect(text).toContain('Run `flex-sso migrate` to go forward again instead.');
    expect(text).not.toContain('flex-sso revert');
  });

  it('one step that was looked at does not finish the others', () => {
    const text = flat(summary(waiting, 'checked'));
    expect(text).toContain('The enhanced connection was checked; the migration is not finished');
    expect(text).toContain('Run `flex-sso resume` to go on with what is left.');
  });

  it('every one says where the migration is recorded, and fits', () => {
    for (const ended of ['finished', 'paused', 'reverted', 'declined', 'checked'] as const) {
      const lines = summary(waiting, ended, 60).split('\n');
      expect(lines).toContain(recordedIn);
      for (const line of lines.filter(each => each !== recordedIn)) expect(widthOf(line), line).toBeLessThanOrEqual(60);
    }
  });
});

describe('status', () => {
  it('shows each step with its state', () => {
    const text = drawn(output => drawStatus(output, waiting, where), { columns: 120 });
    expect(text).toContain(`Migration of ${accountSid}\nIt creates a new SSO connection.\n`);
    expect(text).toContain('  ✓  Update your identity provider  done\n');
    expect(text).toContain('  ✋ Enter identity provider data   waiting for the Flex administrator\n');
    expect(text).toContain('  ·  Finish                         not begun\n');
  });

  it('says what is proven and what to do next', () => {
    const status = (migration: Migration) => flat(drawn(output => drawStatus(output, migration, where)));
    expect(status(finished({ workerSid: 'WK1' }))).toContain('Run `flex-sso revert` to go back');
    expect(status(finished({ workerSid: 'WK1' }))).toContain(`✓ Verified. A login through ${connection}`);
    expect(status(waiting)).toContain('It waits for the Flex administrator');
    expect(status(begun)).toContain('Run `flex-sso resume` to go on with what is left.');
    const reverted = status({ ...begun, direction: 'back', facts: { revertedAt: at } });
    expect(reverted).toContain('It went back to the legacy connection.');
    expect(reverted).toContain('Run `flex-sso migrate` to go forward again.');
  });

  it('tells a word from an observation, and an interrupted write from one that waits', () => {
    const entry = { step: step.id, direction: 'forward', change: change(), by: 'tool', intendedAt: at } as const;
    const word = { ...waiting, checks: { [step.id]: [check({ strength: 'word', result: 'unknown' })] } };
    expect(stepState(word, step.id)).toBe('done on your word');
    expect(stepState({ ...begun, journal: [{ ...entry, status: 'intended' }] }, step.id)).toBe('interrupted');
    expect(stepState({ ...begun, journal: [{ ...entry, status: 'applied' }] }, step.id)).toBe('begun');
  });
});

describe('the setup types', () => {
  it.each([60, 120])('are told apart in the words of the guide at %i columns', columns => {
    const text = drawn(output => drawSetupTypes(output, 'new', 'Because.'), { columns });
    for (const { title, benefits, considerations, useThisIf } of Object.values(setupTypes))
      for (const words of [title, ...benefits, ...considerations, ...useThisIf]) expect(flat(text)).toContain(words);
    expect(text).toContain('Create new SSO connection (recommended)\n');
    expect(text).toContain('Recommended: Create new SSO connection. Because.');
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(Math.min(columns, 100));
  });

  it.each([
    ['yes', 'yes', 'modify'],
    ['yes', 'no', 'new'],
    ['no', 'yes', 'new'],
    ['no', 'no', 'new'],
  ] as const)('real time %s, denied logins %s: %s', (realTime, tolerateDenied, setupType) => {
    const { setupType: recommended, why } = recommend({ realTime, tolerateDenied });
    expect(recommended).toBe(setupType);
    expect(why).toMatch(/^[A-Z][^.]+\.$/);
  });
});

describe('errors', () => {
  it('say what happened, what to do, and a code to look for', () => {
    const error = new FlexSsoError(
      'unreachable',
      'Graph did not answer.',
      'Check the network and run `flex-sso resume`.',
    );
    expect(drawn(output => drawError(output, error))).toBe(
      '\n✗ Graph did not answer.\n  Check the network and run `flex-sso resume`.\n  Code: unreachable\n',
    );
  });

  it('are calm about an interruption', () => {
    expect(drawn(output => drawError(output, interrupted()))).toBe(
      '\nStopped. Everything done so far is recorded.\nRun `flex-sso resume` to go on.\n',
    );
  });

  it('show the stack and its causes only with --debug', () => {
    const error = new TypeError('x is undefined', { cause: new Error('the cause') });
    const plain = drawn(output => drawError(output, error));
    expect(flat(plain)).toContain('Something happened that flex-sso is not prepared for: x is undefined');
    expect(plain).toContain('Code: unexpected');
    expect(plain).not.toContain('the cause');
    const debug = drawn(output => drawError(output, error, { debug: true }));
    expect(debug).toContain('summary.test.ts');
    expect(debug).toContain('  Caused by:\n  Error: the cause\n');
  });

  it('are described even where they are no errors', () => {
    expect(describeError('just text')).toMatchObject({
      code: 'unexpected',
      message: expect.stringContaining('just text'),
    });
    expect(describeError(undefined).message).toContain('undefined');
  });
});
