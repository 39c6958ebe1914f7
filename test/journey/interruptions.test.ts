import { expect, it } from 'vitest';
import { run } from '../support/cli.js';
import { flat, sandboxes, setupTypes, trusting } from './sandboxes.js';

const { start, show, stateOf } = sandboxes();

it('Ctrl-C at a question, at a plan and during applying; each run says how to go on, and nothing is asked twice', async () => {
  const name = 'interrupted';
  const resume = `Run \`flex-sso resume --sandbox --state ${stateOf(name)}\` to go on.`;
  const answered: string[] = [];

  const first = start('migrate', name);
  expect(await first.walk(trusting({ 'Which setup type': 'ctrl-c' }))).toBe(130);
  expect(flat(first.text())).toContain(`Stopped. Everything done so far is recorded. ${resume}`);
  answered.push(...first.answered);

  const second = start('resume', name);
  expect(await second.walk(trusting({ ...setupTypes.new, 'Make these changes?': 'ctrl-c' }))).toBe(130);
  expect(flat(second.text())).toContain(resume);
  expect(second.text()).toContain('✓ Step 1 of 7 · Discover: done before\n');
  answered.push(...second.answered);

  const third = start('resume', name);
  await third.answerNext('Make these changes?', 'y');
  await third.waitFor('✓ Create the application in Entra');
  third.press('ctrl-c');
  expect(await third.exit).toBe(130);
  expect(flat(third.text())).toContain(resume);
  expect(third.text()).not.toContain('What now?');

  const status = await run(['status', '--sandbox', '--state', stateOf(name)]);
  expect(status.stdout).toMatch(/~ {2}Update your identity provider +(begun|interrupted)/);
  expect(flat(status.stdout)).toContain(`Run \`flex-sso resume --sandbox --state ${stateOf(name)}\``);

  const fourth = start('resume', name);
  expect(await fourth.walk(trusting())).toBe(0);
  expect(flat(fourth.text())).toContain('The migration is finished');
  answered.push(...fourth.answered);
  const once = answered.filter(question => question !== 'What now?' && question !== 'Make these changes?');
  expect(once).toEqual([...new Set(once)]);

  const { applications } = await show(name);
  expect(applications.filter(({ displayName }) => /Flex|flex-sso [0-9a-f]{8}-/.test(displayName))).toHaveLength(2);
});

it('“Later” pauses, whoever claims too much is told so, and a plan that is declined writes nothing', async () => {
  const name = 'careful';
  const paused = start('migrate', name);
  expect(await paused.walk(trusting({ ...setupTypes.new, 'What now?': 'Later' }))).toBe(10);
  expect(flat(paused.text())).toContain('The migration is paused');
  expect(flat(paused.text())).toContain('It waits for the Flex administrator: Start the setup in Flex Console');
  expect(flat(paused.text())).toContain(`Run \`flex-sso resume --sandbox --state ${stateOf(name)}\` when that is done`);

  const claiming = start('resume', name);
  await claiming.answerNext('What now?', 'Done');
  const refused = await claiming.answerNext('1 check did not pass. What now?', 'Back to what is to be done');
  expect(refused.options).toHaveLength(3);
  expect(flat(claiming.text())).toContain('✗ Flex lists no enhanced connection of this account');
  await claiming.answerNext('What now?', 'Let the sandbox');
  // The instruction stands once, however often it was come back to.
  expect(claiming.text().match(/1\. Click “Start setup”/g)).toHaveLength(1);

  await claiming.untilAsked('Make these changes?');
  const before = await show(name);
  await claiming.answerNext('Make these changes?', 'n');
  expect(await claiming.exit).toBe(10);
  expect(flat(claiming.text())).toContain('The plan was not accepted, and nothing of it was done');
  expect(flat(claiming.text())).toContain('to see the plan again');
  expect(await show(name)).toEqual(before);
});

it('what is typed wrongly is asked again at once', async () => {
  const name = 'typing';
  const { connections } = await show(name);
  expect(connections).toEqual([]);
  const newcomer = start('migrate', name);
  await newcomer.answerNext('Where does your Flex UI run?', 'Self-hosted');
  const url = await newcomer.untilAsked('What is the address of your self-hosted Flex UI?');
  newcomer.type('flex.example.com');
  newcomer.press('enter');
  await newcomer.waitFor('is no https URL. Copy it whole, beginning with https://.');
  newcomer.press(...Array<'backspace'>(20).fill('backspace'));
  await newcomer.answer(url, 'https://flex.example.com');
  for (const question of ['Can you', 'If something', 'Which setup type']) await newcomer.answerNext(question, '');

  // Somebody says that the setup was started, without looking, and pastes what another account's Console showed.
  await newcomer.answerNext('What now?', 'Done');
  await newcomer.answerNext('1 check did not pass. What now?', 'Go on all the same');
  const connection = `JQ${'0'.repeat(32)}`;
  await newcomer.answerNext('Paste the Entity ID', 'urn:flex:JQ12');
  await newcomer.untilAsked('Paste the Entity ID');
  expect(flat(newcomer.text())).toContain('✗ The Entity ID names the connection "JQ12"');
  await newcomer.answerNext('Paste the Entity ID', `urn:flex:${connection}`);
  newcomer.press('ctrl-c');
  expect(await newcomer.exit).toBe(130);
});
