import { expect, it } from 'vitest';
import { freePort } from '../flex/served.js';
import { overlong } from './layout.js';
import { flat } from './sandboxes.js';
import { finishedMigrations } from './served.js';

const serve = finishedMigrations();
const newWorker = 'chloe.lefevre@harborline.example';

it('where Flex does not send a login back, it is watched for elsewhere in the same run, and a new Worker is announced', async () => {
  const served = await serve();
  const port = await freePort();
  const newcomer = served.start(`validate --login browser --callback-port ${port}`);
  await newcomer.answerNext('What now?', 'Done');
  await newcomer.answerNext('1 check did not pass. What now?', 'Go on all the same');
  await newcomer.answerNext('What now?', 'Ready – show');
  const asked = await newcomer.answerNext('What now?', 'Ready – watch');
  expect(asked.options).toHaveLength(3);
  const text = flat(newcomer.text());
  expect(text).toContain(`Flex does not send a login back to http://localhost:${port}: redirectUrl`);
  expect(text).toContain('Click “Log in with SSO”.');
  await newcomer.waitFor('AuditLog.Read.All, and is 2 to 15 minutes late.');
  await served.logInElsewhere(newWorker);
  expect(await newcomer.exit).toBe(0);
  const after = flat(newcomer.text());
  expect(after).toMatch(/Entra’s log: at \d\d:\d\d:\d\d UTC somebody was let in\./);
  expect(after).toContain('TaskRouter: a new Worker, chloe_2Elefevre_40harborline_2Eexample');
  expect(after).toContain('✓ Confirmed. Entra and TaskRouter saw a login');
  expect(after).toContain('It was seen from outside');
});

it('Ctrl-C keeps what was seen so far; the next run goes on from there, and Enter ends it without a proof', async () => {
  const served = await serve({ breaks: ['relay-state-lost'] });
  const first = served.start('validate --login observe');
  await first.answerNext('What now?', 'Ready');
  await first.waitFor('Ctrl-C stops flex-sso');
  await served.logInElsewhere();
  await first.waitFor('somebody was let in.');
  // What is said is recorded before the next look.
  await first.waitFor('Entra’s log');
  first.press('ctrl-c');
  expect(await first.exit).toBe(130);
  expect(flat(first.text())).toMatch(/Run `flex-sso validate --endpoints .*` to go on\./);

  const status = await served.run('status');
  expect(flat(status.stdout)).toContain('Not verified. Entra let somebody in before');
  expect(flat(status.stdout)).toContain('a login is awaited');
  const second = served.start('validate');
  await second.answerNext('What now?', 'Ready');
  await second.waitFor('somebody was let in.');
  await second.waitFor('Ctrl-C stops flex-sso');
  second.press('enter');
  expect(await second.exit).toBe(0);
  expect(flat(second.text())).toContain('? Not verified. Entra let somebody in before');
  expect(flat(second.text())).toContain('It does not prove that Flex took the login');
});

it('without the log TaskRouter alone is watched, which is said once and proves nothing; in a narrow window too', async () => {
  const served = await serve({ faults: ['no-premium'] });
  const newcomer = served.start('validate --login observe', { columns: 60 });
  await newcomer.answerNext('What now?', 'Ready');
  await newcomer.waitFor('Ctrl-C stops flex-sso');
  await served.logInElsewhere();
  expect(await newcomer.exit).toBe(0);
  const text = flat(newcomer.text());
  expect(text.split('Entra’s sign-in log cannot be read here')).toHaveLength(2);
  expect(text).toContain('TaskRouter: the Worker amara_2Eokafor_40harborline_2Eexample');
  expect(text).toContain('? Not verified. TaskRouter alone saw something');
  expect(overlong(newcomer.text(), 60)).toEqual([]);
});

it('a word is recorded as a word, and one that waits for a login says how to go on', async () => {
  const served = await serve();
  const newcomer = served.start('validate --login observe');
  await newcomer.answerNext('What now?', 'Ready');
  await newcomer.waitFor('Ctrl-C stops flex-sso');
  newcomer.press('enter');
  await newcomer.answerNext('1 check did not pass. What now?', 'Go on all the same');
  expect(await newcomer.exit).toBe(0);
  expect(flat(newcomer.text())).toContain('✗ No login was seen');
  expect(flat(newcomer.text())).toMatch(
    /\? Not verified\. Somebody said on .* that the login works\. That is their word/,
  );

  const later = served.start('validate --login observe');
  await later.answerNext('What now?', 'Later');
  expect(await later.exit).toBe(10);
  const text = flat(later.text());
  expect(text).toContain('The check waits for a login');
  expect(text).toContain('It waits for a user who may log in to Flex');
  expect(text).toContain('add `--done validate-connection`');
});
