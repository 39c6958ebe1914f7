import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/cli.js';
import { stateDirectory } from './sandbox.js';

test('the list of people opens in a spreadsheet as it is, whatever people are called', async () => {
  const state = await stateDirectory({
    change: ({ directory }) => {
      for (const user of directory.users.slice(0, 1))
        user.displayName = 'Ámara\u202Egpj.exe\u0007\u001b[2J\u200B\r\n=1+1';
    },
  });
  const file = path.join(state, 'people.csv');
  const place = ['--sandbox', '--state', state, '--no-input', '--people-csv', file];
  expect(await run(['plan', '--setup-type', 'new', ...place])).toMatchObject({ code: 0 });
  const bytes = await readFile(file);
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const text = bytes.toString('utf8').slice(1);
  expect(text).toContain('"Ámara<U+202E>gpj.exe<U+0007><U+001B>[2J<U+200B>↵=1+1"');
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
