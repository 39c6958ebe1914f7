import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writePeople } from '../../src/commands/people-file.js';
import { stateDirectory } from './sandbox.js';

test.skipIf(process.platform === 'win32')('the list of people follows no link, and is for its owner only', async () => {
  const folder = await stateDirectory();
  const [target, link, old] = ['target', 'link.csv', 'old.csv'].map(name => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(target, 'untouched');
  await symlink(target, link);
  expect(() => writePeople(link, [])).toThrow(/symbolic link/);
  expect(await readFile(target, 'utf8')).toBe('untouched');
  await writeFile(old, 'a longer list of people than the new one, which was written last year'.repeat(9));
  await chmod(old, 0o644);
  writePeople(old, []);
  expect((await stat(old)).mode & 0o777).toBe(0o600);
  expect(await readFile(old, 'utf8')).not.toContain('last year');
});
