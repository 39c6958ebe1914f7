import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../src/migration/events.js';
import type { Change } from '../../src/migration/state.js';
import { drawChecks } from '../../src/terminal/checks.js';
import { drawInstruction, valuesToCopy } from '../../src/terminal/instruction.js';
import { widthOf } from '../../src/terminal/output.js';
import { drawPlan } from '../../src/terminal/plan.js';
import { createProgress } from '../../src/terminal/progress.js';
import { createDrawing } from '../../src/terminal/render.js';
import {
  acsUrl,
  certificate,
  change,
  check,
  connection,
  drawn,
  drawnEvents,
  manualChange,
  nextStep,
  step,
} from './drawn.js';

const legacyEntityId = 'https://iam.twilio.com/v1/Accounts/AC0123456789abcdef0123456789abcdef/saml2/metadata';

/** Every line that may be wrapped is; only what has to be copied or compared whole may be longer. */
function expectToFit(text: string, columns: number): void {
  for (const line of text.split('\n'))
    if (!/\S{60,}|urn:|https?:\/\//.test(line)) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
}

describe('a plan', () => {
  const update = change({
    action: 'update',
    title: 'SAML values of the application',
    before: { identifierUris: [legacyEntityId, 'api://flex'], web: { redirectUris: [] }, enabled: false, note: 'same' },
    after: {
      identifierUris: [`urn:flex:${connection}`, 'api://flex'],
      web: { redirectUris: [acsUrl] },
      enabled: true,
      note: 'same',
    },
  });

  it.each([60, 120])('shows each property before and after, and nothing that stays, at %i columns', columns => {
    const text = drawn(output => drawPlan(output, [update]), { columns });
    expect(text).toContain('Plan: 1 change\n');
    expect(text).toContain('  ~ SAML values of the application\n');
    expect(text).toContain(`        - ${legacyEntityId}\n        + urn:flex:${connection}\n        1 stays as it is\n`);
    // A value that is too long for its place moves to the left, so that it is not broken where there is room for it.
    expect(text).toMatch(new RegExp(`      web.redirectUris:\n *\\+ ${acsUrl.replace(/[.?]/g, '\\$&')}\n`));
    expect(text).toContain('      enabled: no → yes\n');
    expect(text).not.toContain('note');
    expectToFit(text, columns);
  });

  it('marks what is made, removed and done by hand', () => {
    const removed = change({ action: 'delete', title: 'Old policy', before: { displayName: 'Old' }, after: null });
    const text = drawn(output => drawPlan(output, [change(), removed, manualChange]));
    expect(text).toContain('Plan: 2 changes by flex-sso, 1 by hand');
    expect(text).toContain('  + Application “Twilio Flex SSO”\n      Name: Twilio Flex SSO\n');
    expect(text).toContain('  - Old policy\n      Name: Old → nothing\n');
    expect(text).toContain(
      '  ✋ Enter the data of the identity provider in Flex Console\n      By hand: the Flex administrator.\n',
    );
  });

  it('looks into the JSON text of a policy', () => {
    const definition = [JSON.stringify({ ClaimsMappingPolicy: { ClaimsSchema: [{ Source: 'user', ID: 'mail' }] } })];
    const text = drawn(output => drawPlan(output, [change({ after: { definition } })]));
    expect(text).toContain('definition.ClaimsMappingPolicy.ClaimsSchema:\n        + Source: user, ID: mail\n');
  });

  it('shortens long values, and says how long they are', () => {
    const text = drawn(output => drawPlan(output, [change({ after: { certificate } })]));
    expect(text).toContain(`(${certificate.length.toLocaleString('en-GB')} characters)`);
    expect(text.length).toBeLessThan(400);
  });

  const people = Array.from({ length: 15_000 }, (_, index) => ({
    principal: `agent${index}@example.com`,
    appRole: index % 10 === 0 ? 'supervisor' : 'agent',
    appRoleId: 'b1',
  }));

  it('summarises a long list by number and roles', () => {
    const text = drawn(output =>
      drawPlan(output, [change({ title: 'Assign the users', after: { assignments: people } })]),
    );
    expect(text).toContain('… and 14,995 more: 15,000 added in all');
    expect(text).toContain('By role: agent 13,500 · supervisor 1,500');
    expect(text.split('\n').length).toBeLessThan(20);
  });

  it('summarises many changes of one kind', () => {
    const many = people.map(after =>
      change({ resource: 'appRoleAssignment', title: `Assign ${after.principal}`, after }),
    );
    const text = drawn(output => drawPlan(output, [change(), ...many, manualChange]));
    expect(text).toContain('Plan: 15,001 changes by flex-sso, 1 by hand');
    expect(text).toContain(
      '… and 14,995 more like these: 15,000 changes in all\n    By role: agent 13,500 · supervisor 1,500',
    );
    expect(text.split('\n').length).toBeLessThan(30);
  });

  it('says so where nothing is to be done', () => {
    expect(drawn(output => drawPlan(output, []))).toBe('Nothing to change: everything is in place.\n');
  });

  it('does not hide a difference that cannot be seen', () => {
    const sly = change({ action: 'update', before: { name: 'a\u200b' }, after: { name: 'a<U+200B>' } });
    expect(drawn(output => drawPlan(output, [sly]))).toContain('name: a<U+200B> → a<U+200B>');
  });
});

describe('an instruction', () => {
  it.each([60, 120])('says who, where and what, one task after the other, at %i columns', columns => {
    const text = drawn(output => drawInstruction(output, manualChange), { columns });
    expect(text).toContain('By hand, by the Flex administrator, on this page:');
    expect(text).toContain('\n\nhttps://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on\n\n');
    expect(text).toContain(
      '   1. Click “Start setup”.\n   2. Choose “Create new SSO connection”.\n   3. Tick “I confirm',
    );
    expect(text).toContain(
      `   4. Enter in “X.509 Certificate”:\n\n${certificate}\n   5. Enter in “Single Sign-On URL”:\n\n${acsUrl}\n`,
    );
    expect(text).toContain(
      '   6. Leave “Trusted URLs” empty.\n   7. Keep the values that are already there.\n   8. Click “Save”.\n',
    );
    expectToFit(text, columns);
  });

  it('hands out the values to copy as they are', () => {
    expect(valuesToCopy(manualChange)).toEqual([
      { label: 'X.509 Certificate', value: certificate },
      { label: 'Single Sign-On URL', value: acsUrl },
    ]);
  });
});

describe('checks', () => {
  it('say how they are known, in words', () => {
    const text = drawn(output =>
      drawChecks(output, [
        check(),
        check({ result: 'unknown', strength: 'word', message: 'It is deployed.' }),
        check({ result: 'unknown', message: 'The legacy login answers nothing.' }),
      ]),
    );
    expect(text).toContain('  Checked:\n  ✓ The Entity ID is set.\n');
    expect(text).toContain('  ? It is deployed. (on your word, not observed)\n');
    expect(text).toContain('  ? The legacy login answers nothing. (flex-sso cannot see it)\n');
  });

  it.each([60, 120])('put what was expected and what was seen one below the other, at %i columns', columns => {
    const seen = acsUrl.slice(0, -1);
    const failed = check({
      result: 'failed',
      message: 'Flex uses another ACS URL.',
      expected: acsUrl,
      seen,
      hint: 'Correct it.',
    });
    const text = drawn(
      output => drawChecks(output, [failed, check({ result: 'failed', expected: 'urn:a', seen: '' })]),
      { columns },
    );
    expect(text).toContain('  ✗ Flex uses another ACS URL.\n');
    expect(text).toMatch(/Expected:\s+https:/);
    expect(text.split('\n').map(line => line.replace(/^ *(Expected:|Seen:) */, ''))).toEqual(
      expect.arrayContaining([acsUrl, seen]),
    );
    expect(text).toContain('    What to do: Correct it.\n');
    expect(text).toContain('    Expected: urn:a\n    Seen:     nothing\n');
  });
});

describe('the events of a migration', () => {
  it('read as one story', () => {
    expect(
      drawnEvents([
        { type: 'step', step, position: 3, total: 7, direction: 'forward', again: false },
        { type: 'plan', step, changes: [change()] },
        { type: 'applying', step, change: change() },
        { type: 'applied', step, change: change() },
        { type: 'note', step, message: 'Entra needs a minute.' },
        { type: 'checks', step, checks: [check()] },
        { type: 'completed', step, changed: [change()], next: nextStep },
      ]),
    ).toBe(
      [
        '',
        'Step 3 of 7 · Update your identity provider',
        '',
        'Plan: 1 change',
        '+ create',
        '',
        '  + Application “Twilio Flex SSO”',
        '      Name: Twilio Flex SSO',
        '',
        '  ✓ Application “Twilio Flex SSO”',
        '  - Entra needs a minute.',
        '  Checked:',
        '  ✓ The Entity ID is set.',
        'Done: 1 change. Next: Enter identity provider data.',
        '',
      ].join('\n'),
    );
  });

  it('tell the way back from the way forward, and the last step from the others', () => {
    const text = drawnEvents([
      { type: 'step', step, position: 1, total: 2, direction: 'back', again: false },
      { type: 'completed', step, changed: [], next: undefined },
    ]);
    expect(text).toContain('Way back, step 1 of 2 · Update your identity provider');
    expect(text).toContain('Nothing to do here. This was the last step.');
  });

  it('tell what was done before in one line, and in full where it is no longer so', () => {
    const again = (result: 'passed' | 'failed'): MigrationEvent[] => [
      { type: 'step', step, position: 1, total: 2, direction: 'forward', again: true },
      { type: 'checks', step, checks: [check({ result })] },
      { type: 'completed', step, changed: [], next: nextStep },
    ];
    expect(drawnEvents(again('passed'))).toBe('✓ Step 1 of 2 · Update your identity provider: done before\n');
    expect(drawnEvents(again('failed'))).toBe(
      [
        '',
        'Step 1 of 2 · Update your identity provider',
        '  Checked:',
        '  ✗ The Entity ID is set.',
        'Next: Enter identity provider data.',
        '',
      ].join('\n'),
    );
  });

  it('tell of a step that is looked at alone without a count', () => {
    const text = drawnEvents([
      { type: 'step', step, position: 1, total: 1, direction: 'forward', again: true },
      { type: 'checks', step, checks: [check()] },
      { type: 'completed', step, changed: [], next: undefined },
    ]);
    expect(text).toBe('\nUpdate your identity provider\n  Checked:\n  ✓ The Entity ID is set.\n');
  });

  it('draw an instruction once, however often it is come back to', () => {
    const text = drawn(output => {
      const drawing = createDrawing(output, createProgress(new PassThrough(), output));
      drawing.instruction(manualChange);
      drawing.checks([check({ result: 'failed' })]);
      drawing.instruction(structuredClone(manualChange));
      drawing.event({ type: 'paused', step, change: structuredClone(manualChange) });
    });
    expect(text.match(/1\. Click “Start setup”/g)).toHaveLength(1);
  });

  it('show the instruction of a change that a run without a person stops at', () => {
    const text = drawnEvents([{ type: 'paused', step, change: manualChange }]);
    expect(text).toContain('8. Click “Save”.');
    expect(text).toContain('Paused. This step waits for the Flex administrator.\n');
  });

  it('count where there is much to do, a line each quarter where no terminal is', () => {
    const changes: Change[] = Array.from({ length: 400 }, (_, index) => change({ key: `${index}` }));
    const events: MigrationEvent[] = [
      { type: 'plan', step, changes },
      ...changes.flatMap((each): MigrationEvent[] => [
        { type: 'applying', step, change: each },
        { type: 'applied', step, change: each },
      ]),
    ];
    const lines = drawnEvents(events)
      .split('\n')
      .filter(line => line.startsWith('Applying'));
    expect(lines.map(line => line.split(' · ')[0])).toEqual([
      'Applying the plan: 100 of 400',
      'Applying the plan: 200 of 400',
      'Applying the plan: 300 of 400',
      'Applying the plan: 400 of 400',
    ]);
  });
});
