import { expect, it } from 'vitest';
import { flat, sandboxes, setupTypes, trusting } from './sandboxes.js';

const { start, show } = sandboxes();

it('one that is deleted is shown with what is known of it, is not taken, and asked about again', async () => {
  const newcomer = start('migrate --sandbox-fault legacy-deleted legacy-two', 'deleted', { columns: 80 });
  const trust = trusting(setupTypes.new);
  const asked: (readonly string[])[] = [];
  const code = await newcomer.walk(question => {
    if (!question.text.startsWith('Which Entra application')) return trust(question);
    asked.push(question.options);
    return asked.length === 1 ? '“Twilio Flex”, which is deleted' : 'ctrl-c';
  });
  expect(code).toBe(130);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toHaveLength(4);
  const text = flat(newcomer.text());
  expect(text).toMatch(
    /“Twilio Flex \(pilot\)” · identifier https:\/\/preview\S+ .* 0 assignments · no sign-in in the log/,
  );
  expect(text).toMatch(/✗ The application "Twilio Flex" \(\S+\) was deleted on .* What to do: Restore it in Entra/);
  const { applications } = await show('deleted');
  const pilot = applications.find(({ displayName }) => displayName === 'Twilio Flex (pilot)');
  expect(pilot?.identifierUris).toHaveLength(1);
});
