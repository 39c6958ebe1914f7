import { expect, test } from 'vitest';
import { finish, switchToLegacy } from '../../src/flex/console.js';
import type { Instruction, JournalEntry, Migration, StepId } from '../../src/migration/state.js';
import type { Ended } from '../support/cli.js';
import {
  clickInConsole,
  doByHand,
  goOnByHand,
  openFlex,
  readState,
  type ServedSandbox,
  servedSandbox,
} from './sandbox.js';

const slow = 400_000;

/** What a person is recorded to have done, the newest last. */
async function seenIn(sandbox: ServedSandbox): Promise<string[]> {
  const { journal, history }: Migration = await readState(sandbox);
  const isSeen = ({ by, status, appliedAt, seenAt }: JournalEntry) =>
    by === 'person' && status === 'applied' && appliedAt !== undefined && seenAt !== undefined;
  return [...history, ...journal].filter(isSeen).map(({ step, change }) => `${step} ${change.key}`);
}

/** Goes on from a pause and says nothing of what was done, but for logins, which only a word ends. */
async function goOnSilently(sandbox: ServedSandbox, paused: Ended): Promise<Ended> {
  let at = paused;
  for (let pause = 0; at.code === 10 && pause < 9; pause++) {
    const { step, instruction } = at.json.waitingFor as { step: StepId; instruction: Instruction };
    await doByHand(sandbox, at);
    at = await sandbox.run(['resume', ...(instruction.who === 'user' ? ['--done', step] : [])]);
  }
  return at;
}

const finished = { code: 0, json: { status: 'finished' } };
const reverted = { code: 0, json: { status: 'reverted' } };
const enhanced = /Logged in through the OAuth 2\.0 connection/;
const legacy = /Logged in through the legacy connection/;

test.each([
  ['new', ['start-setup start-setup', 'enter-identity-provider-data identity-provider-data', 'finish finish']],
  ['modify', ['start-setup start-setup', 'update-identity-provider save-and-continue', 'finish finish']],
])('what is done during a pause is seen, although nobody says so (%s)', { timeout: slow }, async (setupType, seen) => {
  const sandbox = await servedSandbox();
  const begun = await sandbox.run(['migrate', '--setup-type', setupType]);
  expect(await goOnSilently(sandbox, begun)).toMatchObject(finished);
  expect(await seenIn(sandbox)).toEqual(seen);

  expect(await goOnSilently(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
  expect(await seenIn(sandbox)).toEqual([...seen, 'start-setup switch-to-legacy']);
  expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(legacy);

  // What Flex shows as it was before the question says nothing of what was done since: it takes a word.
  expect(await goOnByHand(sandbox, await sandbox.run(['migrate']))).toMatchObject(finished);
  expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(enhanced);
  expect(await goOnSilently(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
  expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(legacy);
});

/** A migration that waits for a step, the one before it done by hand. */
async function waitingAt(step: StepId, args: readonly string[]) {
  const sandbox = await servedSandbox();
  const at = await goOnByHand(sandbox, await sandbox.run(['migrate', ...args]), step);
  expect(at).toMatchObject({ code: 10, json: { waitingFor: { step } } });
  return { sandbox, at };
}

test.each(['new', 'modify'])(
  'Finish is clicked in a pause, and the way goes back at once (%s): it goes forward again',
  { timeout: slow },
  async setupType => {
    const { sandbox, at } = await waitingAt('finish', ['--setup-type', setupType]);
    await doByHand(sandbox, at);
    expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
    expect(await seenIn(sandbox)).toContain('finish finish');
    expect(await goOnByHand(sandbox, await sandbox.run(['migrate']))).toMatchObject(finished);
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(enhanced);
    expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
  },
);

test('Finish is said to be done after it was clicked in a pause: it is switched on again after a revert', {
  timeout: slow,
}, async () => {
  const { sandbox, at } = await waitingAt('finish', ['--setup-type', 'new']);
  await doByHand(sandbox, at);
  expect(await sandbox.run(['resume', '--done', 'finish'])).toMatchObject(finished);
  expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
  const again = await goOnByHand(sandbox, await sandbox.run(['migrate']), 'finish');
  expect(JSON.stringify(again.json.waitingFor)).toContain('switch back to OAuth 2.0 connection');
  expect(await goOnByHand(sandbox, again)).toMatchObject(finished);
});

test.each(['new', 'modify'])(
  'Finish is clicked before anybody asks for it (%s)',
  { timeout: slow },
  async setupType => {
    const { sandbox } = await waitingAt('validate-connection', ['--setup-type', setupType]);
    await clickInConsole(sandbox, finish());
    expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(legacy);
    expect(await goOnByHand(sandbox, await sandbox.run(['migrate']))).toMatchObject(finished);
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(enhanced);
  },
);

test.each(['new', 'modify'])(
  'Flex is switched back in a pause of the way back, and the way turns forward again (%s)',
  { timeout: slow },
  async setupType => {
    const sandbox = await servedSandbox();
    await goOnByHand(sandbox, await sandbox.run(['migrate', '--setup-type', setupType]));
    const before = (await readState(sandbox)).facts.evidence;
    await doByHand(sandbox, await sandbox.run(['revert']));
    const forward = await sandbox.run(['migrate']);
    expect(await seenIn(sandbox)).toContain('start-setup switch-to-legacy');
    // A login from before the switch proves nothing of what is set up after it.
    expect(forward.json.evidence).toBeUndefined();
    expect(await goOnByHand(sandbox, forward)).toMatchObject(finished);
    expect((await readState(sandbox)).facts.evidence).not.toEqual(before);
    expect(await openFlex(sandbox.endpoints, sandbox.state)).toMatch(enhanced);
    expect(await goOnByHand(sandbox, await sandbox.run(['revert']))).toMatchObject(reverted);
  },
);

test('Flex is switched back and nobody asked: it is recorded on the way back', { timeout: slow }, async () => {
  const sandbox = await servedSandbox();
  await goOnByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'new']));
  await clickInConsole(sandbox, switchToLegacy('new'));
  expect(await sandbox.run(['revert'])).toMatchObject(reverted);
  expect(await seenIn(sandbox)).toContain('start-setup switch-to-legacy');
});

test('the address of a login is added to the Trusted URLs in a pause', { timeout: slow }, async () => {
  const { sandbox } = await waitingAt('validate-connection', ['--setup-type', 'modify', '--callback-port', '39871']);
  const asked = await sandbox.run(['resume', '--login', 'browser', '--no-input']);
  expect(asked).toMatchObject({ code: 10, json: { waitingFor: { step: 'validate-connection' } } });
  await doByHand(sandbox, asked);
  // The login comes back to nobody here, so it is one elsewhere that is waited for next.
  expect(await sandbox.run(['resume', '--login', 'observe'])).toMatchObject({ code: 10 });
  expect(await seenIn(sandbox)).toContain('validate-connection trusted-url');
});

test('a deployment that was taken back on a way back that stopped is asked for again', { timeout: slow }, async () => {
  const redirectUrl = 'https://flex.contoso.example';
  const sandbox = await servedSandbox({ hosting: 'self-hosted' });
  const begin = ['migrate', '--setup-type', 'new', '--hosting', 'self-hosted', '--redirect-url', redirectUrl];
  expect(await goOnByHand(sandbox, await sandbox.run(begin))).toMatchObject(finished);
  for (const _ of ['once', 'twice']) {
    const undone = await sandbox.run(['revert']);
    expect(undone).toMatchObject({ code: 10, json: { waitingFor: { step: 'configure-self-hosted' } } });
    const atSwitch = await sandbox.run(['resume', '--done', 'configure-self-hosted']);
    expect(atSwitch).toMatchObject({ code: 10, json: { waitingFor: { step: 'start-setup' } } });
    const forward = await sandbox.run(['migrate']);
    expect(forward).toMatchObject({ code: 10, json: { waitingFor: { step: 'configure-self-hosted' } } });
    expect(await sandbox.run(['resume', '--done', 'configure-self-hosted'])).toMatchObject(finished);
  }
});
