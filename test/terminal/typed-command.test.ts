import { describe, expect, it } from 'vitest';
import { typedCommands } from '../../src/terminal/typed-command.js';
import { drawn } from './drawn.js';

const typed = (line: string, text: string, env = {}) =>
  typedCommands(['node', 'flex-sso', ...line.split(' ')], env)(text);

describe('a command that a reader is told to type', () => {
  it.each([
    ['migrate', 'Run `flex-sso resume` to go on.', 'Run `flex-sso resume` to go on.'],
    ['migrate --sandbox', '`flex-sso resume`', '`flex-sso resume --sandbox`'],
    ['--sandbox migrate --state DIR --yes', '`flex-sso revert`', '`flex-sso revert --sandbox --state DIR`'],
    ['migrate --state=a/b', '`flex-sso validate --login browser`', '`flex-sso validate --login browser --state a/b`'],
    ['migrate --endpoints e.json --account AC1', '`flex-sso plan`', '`flex-sso plan --endpoints e.json --account AC1`'],
    ['migrate --sandbox', '`flex-sso migrate --sandbox`', '`flex-sso migrate --sandbox`'],
    ['migrate --sandbox --state D', '`flex-sso sandbox --reset`', '`flex-sso sandbox --reset --state D`'],
    ['migrate --sandbox', 'Use `--done finish`, or flex-sso.', 'Use `--done finish`, or flex-sso.'],
  ])('%s: %s', (line, text, expected) => {
    expect(typed(line, text)).toBe(expected);
  });

  it('has quotes where a shell needs them, and no control characters', () => {
    const inFolder = (state: string) => typedCommands(['--state', state], {})('`flex-sso resume`');
    expect(inFolder('C:\\Users\\ann\\state')).toBe('`flex-sso resume --state C:\\Users\\ann\\state`');
    expect(inFolder('my state')).toBe('`flex-sso resume --state "my state"`');
    expect(inFolder('a\u001b[2J')).toBe('`flex-sso resume --state "a<U+001B>[2J"`');
  });

  it('goes through npx where this run did', () => {
    const npx = { npm_lifecycle_event: 'npx', npm_lifecycle_script: "'flex-sso'" };
    expect(typed('migrate', '`flex-sso resume`', npx)).toBe('`npx flex-sso resume`');
    expect(typed('migrate', '`flex-sso resume`', { ...npx, npm_lifecycle_script: 'vitest' })).toBe('`flex-sso resume`');
  });

  it('stays on one line, however long it is', () => {
    const argv = ['--sandbox', '--state', '/home/ann/a folder with a long name/and another one below it'];
    const text = drawn(output => output.text('Run `flex-sso resume` to go on.'), { columns: 60, argv });
    expect(text).toContain(`\`flex-sso resume --sandbox --state "${argv[2]}"\``);
  });
});
