import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exportLines, powerShellLines } from '../../src/terminal/environment-lines.js';

const hostile = `it's $HOME \`id\` "quoted" “curly” \\ %PATH% !x ~ end\\`;

test.skipIf(process.platform === 'win32')('a POSIX shell gets every value as it is', () => {
  const script = `${exportLines({ FIRST: hostile, SECOND: 'plain' })}\nprintf '%s|%s' "$FIRST" "$SECOND"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${hostile}|plain`);
});

test('in the double quotes of PowerShell nothing is a variable, an escape or the end', () => {
  expect(powerShellLines({ FIRST: 'a$b`c"d“e”f„g\'h\\', SECOND: 'plain' })).toBe(
    '$env:FIRST = "a`$b``c`"d`“e`”f`„g\'h\\"\n$env:SECOND = "plain"',
  );
});
