import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../flex/served.js';
import { overlong } from './layout.js';
import { flat } from './sandboxes.js';
import { finishedMigrations, shownLoginPage } from './served.js';

const serve = finishedMigrations();
const untrusted = '1 check did not pass. What now?';
const waiting = 'Waiting for the login to come back from there.';

it('says beforehand what is needed and whom it would cost, waits for the one right request, and says what it proves', async () => {
  const served = await serve();
  const port = await freePort();
  const newcomer = served.start(`validate --login browser --callback-port ${port}`, {
    columns: 60,
    env: { NO_COLOR: '1' },
  });
  await newcomer.untilAsked('What now?');
  expect(flat(newcomer.text())).toContain(`Enter in “Trusted URLs”: http://localhost:${port} 4. Click “Save”.`);
  expect(newcomer.text()).toContain('/console/us1/develop/flex/users-and-access/single-sign-on');
  await newcomer.answerNext('What now?', 'Done');
  await newcomer.untilAsked(untrusted);
  expect(flat(newcomer.text())).toContain(`✗ Flex does not let a login return to http://localhost:${port} yet`);
  await served.trust(port);
  await newcomer.answerNext(untrusted, 'Back');
  await newcomer.answerNext('What now?', 'Done');

  await newcomer.untilAsked('What now?');
  const before = flat(newcomer.text());
  expect(before).toContain('Use a private window');
  expect(before).toContain(
    'Of the 25 people who may log in, 2 have none: Chloé Lefèvre, Grace Kimani. Whoever of them logs in gets one, billed from then on.',
  );
  await newcomer.answerNext('What now?', 'Ready');
  await newcomer.waitFor(waiting);
  const here = `http://localhost:${port}`;
  const strays: [string, RequestInit?][] = [
    [`${here}/favicon.ico`],
    [`${here}/elsewhere?code=1`],
    [`${here}/?code=1&state=wrong`],
    [`${here}/?code=1&state=wrong`, { method: 'POST' }],
    [`http://127.0.0.1:${port}/?code=1&state=wrong`],
  ];
  const statuses = await Promise.all(strays.map(async ([url, init]) => (await fetch(url, init)).status));
  expect(statuses).toEqual([404, 404, 400, 405, 403]);
  await served.logIn(shownLoginPage(newcomer));
  expect(await newcomer.exit).toBe(0);

  const text = flat(newcomer.text());
  expect(text).toMatch(/✓ Verified\. A login through JQ[0-9a-f]{32} came back to flex-sso/);
  expect(text).toContain('It does not prove that everybody else gets through.');
  expect(text).toContain('- NameID: amara.okafor@harborline.example');
  expect(overlong(newcomer.text(), 60)).toEqual([]);
  // No colour where none is wanted.
  expect(newcomer.written()).not.toMatch(/\u001b\[(3[0-7]|9[0-7])m/);
});

it('Ctrl-C while waiting frees the port and keeps what was known; an error page is left by Enter, and the login is asked for again', async () => {
  const served = await serve();
  const port = await freePort();
  await served.trust(port);
  const command = `validate --login browser --callback-port ${port}`;
  const first = served.start(command);
  await first.answerNext('What now?', 'Ready');
  await first.waitFor(waiting);
  first.press('enter');
  await first.untilAsked(untrusted);
  expect(flat(first.text())).toContain('✗ Nobody has come back from the login page.');
  await first.answerNext(untrusted, 'Back');
  await first.answerNext('What now?', 'Ready');
  await first.waitFor((_, text) => text.split(waiting).length === 3);
  first.press('ctrl-c');
  expect(await first.exit).toBe(130);
  expect(flat(first.text())).toMatch(/Stopped\..* Run `flex-sso validate --login browser .*` to go on\./);
  await expect(fetch(`http://localhost:${port}`)).rejects.toThrow();

  // The earlier login is still known, and does not count as long as another one is awaited.
  const { json } = await served.run('status --json');
  expect(json).toMatchObject({ verified: false, evidence: { source: 'flex' } });
  expect(json.proof).toEqual({ proves: expect.any(String), leavesOpen: expect.any(String) });
  expect(await served.run('validate --json')).toMatchObject({ code: 0 });
  expect((await served.run('status --json')).json.verified).toBe(true);
});

it('a port that is taken is said before anybody is sent to Console', async () => {
  const served = await serve();
  const server = createServer();
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const newcomer = served.start(`validate --login browser --callback-port ${port}`);
  expect(await newcomer.exit).toBe(2);
  server.close();
  const text = flat(newcomer.text());
  expect(text).toContain(`The login cannot return to port ${port} of this machine: another program uses it.`);
  expect(text).toContain('--callback-port');
  expect(text).not.toContain('Click “Edit”');
});

it('a login that Flex refuses is explained, and can be tried again in the same run', async () => {
  const served = await serve({ breaks: ['audience-wrong'] });
  const port = await freePort();
  await served.trust(port);
  const newcomer = served.start(`validate --login browser --callback-port ${port}`);
  await newcomer.answerNext('What now?', 'Ready');
  await newcomer.waitFor(waiting);
  await served.logIn(shownLoginPage(newcomer));
  await newcomer.untilAsked(untrusted);
  expect(flat(newcomer.text())).toContain('✗ The assertion is meant for another service.');
  await newcomer.answerNext(untrusted, 'Back');
  await newcomer.answerNext('What now?', 'Ready');
  await newcomer.waitFor((_, text) => text.split(waiting).length === 3);
  await served.logIn(shownLoginPage(newcomer));
  await newcomer.answerNext(untrusted, 'Stop');
  expect(await newcomer.exit).toBe(5);
  expect(flat(newcomer.text())).not.toContain('✓ Verified');
});
