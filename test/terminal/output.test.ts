import { describe, expect, it } from 'vitest';
import { drawError } from '../../src/terminal/errors.js';
import { createOutput, shortened, type Target, widthOf } from '../../src/terminal/output.js';
import { showsUnicode, toAscii } from '../../src/terminal/symbols.js';
import { drawn } from './drawn.js';

const heading = (target: Partial<Target>, env: Record<string, string>, color?: boolean) =>
  createOutput({ write: () => true, ...target }, { env, color }).paint.heading('x') !== 'x';

describe('colour', () => {
  it('is for terminals', () => {
    expect(heading({ isTTY: true }, {})).toBe(true);
    expect(heading({}, {})).toBe(false);
    expect(heading({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  });

  it('follows FORCE_COLOR, NO_COLOR before it, and --no-color before both', () => {
    expect(heading({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(heading({ isTTY: true }, { FORCE_COLOR: '0' })).toBe(false);
    expect(heading({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(heading({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(heading({ isTTY: true }, { FORCE_COLOR: '1' }, false)).toBe(false);
  });
});

describe('length', () => {
  const endless = `It said ${'blah '.repeat(400_000)}`;

  it('of one paragraph has an end', () => {
    expect(drawn(output => output.text(endless)).length).toBeLessThan(6000);
    expect(drawn(output => drawError(output, new Error(endless))).length).toBeLessThan(3000);
    expect(drawn(output => drawError(output, new Error(endless), { debug: true }))).toContain(endless.trim());
  });
});

describe('layout', () => {
  const prose =
    'Flex keeps the details of the legacy connection for thirty days after the migration is finished. '.repeat(4);

  it.each([
    [60, 60],
    [80, 80],
    [120, 100],
    [5, 20],
  ])('wraps %i columns at %i', (columns, widest) => {
    const lines = drawn(output => output.text(prose, { indent: 2, lead: '- ' }), { columns }).split('\n');
    expect(lines[0]).toMatch(/^ {2}- \S/);
    expect(lines[1]).toMatch(/^ {4}\S/);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(widest);
  });

  it('asks the terminal for its width each time', () => {
    const target = { write: () => true, columns: 60 };
    const output = createOutput(target);
    expect(output.width()).toBe(60);
    target.columns = 70;
    expect(output.width()).toBe(70);
  });

  it('keeps a URL and a command in one piece', () => {
    const url = `https://example.com/${'a'.repeat(90)}`;
    expect(drawn(output => output.text(`See ${url} for more.`), { columns: 60 })).toContain(url);
    const told = drawn(output => output.text(`${'word '.repeat(10)}\`flex-sso resume\`.`), { columns: 60 });
    expect(told).toContain('`flex-sso resume`');
  });

  it('breaks a word without end', () => {
    const lines = drawn(output => output.text('x'.repeat(10_000), { indent: 2 }), { columns: 60 }).split('\n');
    expect(Math.max(...lines.map(widthOf))).toBe(60);
  });

  it('prints a value to copy alone, unbroken and undecorated', () => {
    const value = 'v'.repeat(300);
    expect(drawn(output => output.value(value), { columns: 60 }).split('\n')).toContain(value);
  });

  it('shortens by what is seen, not by what is stored', () => {
    expect(shortened('short', 10)).toBe('short');
    expect(shortened('x'.repeat(10_000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(widthOf(shortened('山'.repeat(100), 10))).toBeLessThanOrEqual(10);
    expect(shortened('👋🏽'.repeat(9), 4)).toBe('👋🏽…');
  });
});

describe('terminals that know ASCII only', () => {
  it.each([
    [{ TERM: 'dumb', LANG: 'en_GB.UTF-8' }, 'linux', false],
    [{ TERM: 'linux', LANG: 'en_GB.UTF-8' }, 'linux', false],
    [{ TERM: 'xterm', LANG: 'C' }, 'linux', false],
    [{ TERM: 'xterm', LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX' }, 'linux', false],
    [{ TERM: 'xterm', LANG: 'de_DE.ISO-8859-1' }, 'linux', false],
    [{ TERM: 'xterm', LANG: 'C.utf8' }, 'linux', true],
    [{ TERM: 'xterm' }, 'darwin', true],
    [{}, 'win32', false],
    [{ WT_SESSION: '1' }, 'win32', true],
  ] as const)('%j on %s: Unicode %s', (env, platform, expected) => {
    expect(showsUnicode(env, platform)).toBe(expected);
  });

  it('get our symbols in ASCII and everything else by name', () => {
    expect(toAscii('✓ “Zoë” → done…')).toBe('[ok] "Zo<U+00EB>" -> done...');
    const told = drawn(output => output.text('✗ “a” · b'), { env: { LANG: 'C' } });
    expect(told).toBe('[failed] "a" - b\n');
  });
});
