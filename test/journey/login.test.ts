import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { flat, sandboxes, setupTypes, trusting } from './sandboxes.js';

const { start, show, stateOf } = sandboxes();
const browser = fileURLToPath(new URL('browser.mjs', import.meta.url));

/** What `$BROWSER` names: one program that takes a URL. */
async function installBrowser(name: string): Promise<string> {
  const program = path.join(stateOf(name), 'browser');
  await mkdir(stateOf(name), { recursive: true });
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${browser}" "$1"\n`);
  await chmod(program, 0o755);
  return program;
}

it('a person logs in, in the browser of their own', async () => {
  const name = 'person';
  const env = { BROWSER: await installBrowser(name), USER_EMAIL: 'amara.okafor@harborline.example' };
  const newcomer = start('migrate', name, { env });
  const code = await newcomer.walk(question => {
    if (question.options.includes('Ready – show the login page')) return 'Ready';
    return trusting(setupTypes.new)(question);
  });
  const text = flat(newcomer.text());
  expect(code).toBe(0);
  expect(text).toContain('Log in to Flex on this page.');
  expect(text).toContain('/v1/Flex/Authorize?ssoProfileSid=JQ');
  expect(text).toContain(
    'Waiting for the login to come back from there. If it ends at an error page instead, press Enter. Ctrl-C stops.',
  );
  expect(text).toContain('NameID: amara.okafor@harborline.example');
  expect(text).toContain('Worker (WK3906221dc83475e337602a55c1ae3d10): the same as before.');
  expect((await show(name)).workers).toHaveLength(23);
});

it('a browser that cannot be started leaves the page to be opened by hand, and Ctrl-C ends the wait', async () => {
  const name = 'nobody';
  const newcomer = start('migrate', name, { env: { BROWSER: '/does/not/exist' } });
  let code: Promise<number> | undefined;
  for (let asked = await newcomer.question(); asked; asked = await newcomer.question()) {
    const isLogin = asked.options.includes('Ready – show the login page');
    await newcomer.answer(asked, isLogin ? 'Ready' : (trusting(setupTypes.new)(asked) as string));
    if (!isLogin) continue;
    await newcomer.waitFor('The page did not open. The browser did not start');
    await newcomer.waitFor('Ctrl-C stops.');
    newcomer.press('ctrl-c');
    code = newcomer.exit;
  }
  expect(await code).toBe(130);
  expect(flat(newcomer.text())).toMatch(
    /Stopped\. Everything done so far is recorded\. Run `flex-sso resume .*` to go on\./,
  );
});
