import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MigrationEvent } from '../../src/migration/events.js';
import type { Change } from '../../src/migration/state.js';
import { drawError } from '../../src/terminal/errors.js';
import { check, drawn, drawnEvents, step } from './drawn.js';
import { anyText, dangerous, hostileName, withoutOwnCodes } from './hostile.js';

/** The same text wherever the outside world has a say. */
function eventsWith(text: string): MigrationEvent[] {
  const hostile: Change = {
    action: 'update',
    resource: text,
    key: text,
    title: text,
    before: { [text]: text, list: [text] },
    after: { [text]: `${text}.`, list: [{ name: text, role: text }], policy: [`{"a":${JSON.stringify(text)}}`] },
    instruction: {
      who: 'user',
      summary: `${text}.`,
      page: text,
      tasks: [
        { do: 'click', label: text },
        { do: 'choose', label: text },
        { do: 'tick', label: text },
        { do: 'enter', label: text, value: text },
        { do: 'read', text },
      ],
    },
  };
  const hostileStep = { ...step, title: text };
  const checks = (['passed', 'failed', 'unknown'] as const).map(result =>
    check({ result, message: text, expected: text, seen: text, hint: text }),
  );
  return [
    { type: 'step', step: hostileStep, position: 1, total: 2, direction: 'forward', again: false },
    {
      type: 'plan',
      step: hostileStep,
      changes: [hostile, { ...hostile, action: 'manual' }, ...Array(9).fill(hostile)],
    },
    { type: 'applied', step: hostileStep, change: hostile },
    { type: 'progress', step: hostileStep, label: text, done: 1, total: 1 },
    { type: 'note', step: hostileStep, message: text },
    { type: 'checks', step: hostileStep, checks },
    { type: 'completed', step: hostileStep, changed: [hostile], next: hostileStep },
    { type: 'paused', step: hostileStep, change: hostile },
  ];
}

describe('hostile text', () => {
  it.each([60, 120])('stays in its place at %i columns', columns => {
    const text = drawnEvents(eventsWith(hostileName), { columns });
    expect(withoutOwnCodes(text)).not.toMatch(dangerous);
    // Only in the value to copy, which may have several lines, does a line of it begin a line of ours.
    expect(text.split('\n').filter(line => line.startsWith('✓ Everything'))).toHaveLength(1);
  });

  it('never gets a control character of its own onto the terminal', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(60, 120),
        fc.boolean(),
        fc.constantFrom('C', 'C.UTF-8'),
        (text, columns, color, LANG) => {
          const env = { LANG, ...(color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) };
          const events = drawnEvents(eventsWith(text), { columns, env, color: undefined });
          const error = drawn(
            output => drawError(output, new Error(text, { cause: new Error(text) }), { debug: true }),
            { columns, env },
          );
          for (const written of [events, error]) {
            expect(withoutOwnCodes(written)).not.toMatch(dangerous);
            if (LANG === 'C') expect(withoutOwnCodes(written)).toMatch(/^[ -~]*$/);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
