import { expect, test } from 'vitest';
import type { FollowedLogin } from '../../src/migration/state.js';
import { drawFollowedLogins } from '../../src/terminal/followed-login.js';
import { acsUrl, drawn } from './drawn.js';

const followed: FollowedLogin = {
  connection: 'legacy',
  reached: 'identity-provider',
  hops: [{ method: 'POST', url: 'https://iam.twilio.com/v1/Accounts/AC1/authenticate', status: 0 }],
  compared: [
    { item: 'ACS URL', expected: acsUrl, seen: acsUrl, result: 'same' },
    { item: 'Reply URL in Entra', expected: acsUrl, seen: acsUrl, result: 'same' },
    { item: 'RequestedAuthnContext', expected: 'none', seen: 'urn:x\u001b[2J', result: 'different' },
    { item: 'Destination', expected: 'not known', seen: 'not named', result: 'not-compared' },
  ],
};

test.each([60, 120])('both sides of what differs, at %i columns', columns => {
  const text = drawn(output => drawFollowedLogins(output, [followed], { hops: true }), { columns });
  const lines = text.split('\n');
  expect(lines.filter(line => line.length > columns && !line.includes('://'))).toEqual([]);
  // What does not fit beside its name is in one piece on a line of its own.
  expect(lines.filter(line => line.trim() === acsUrl)).toHaveLength(1);
  expect(text).toMatch(/✓ Reply URL in Entra +the same\n/);
  expect(text).toMatch(/✗ RequestedAuthnContext\n +Expected: none\n +Seen: +urn:x\S*\n/);
  expect(text).toMatch(/· Destination\n/);
  expect(text).toContain('→ no answer: POST');
  expect(text).not.toContain('\u001b');
});

test('where nothing was compared, there is nothing to draw', () => {
  const compared: FollowedLogin = { ...followed, reached: 'error', compared: [] };
  expect(drawn(output => drawFollowedLogins(output, [compared], { hops: false }))).toBe('');
  expect(drawn(output => drawFollowedLogins(output, [compared], { hops: true }))).toContain('Legacy connection');
});
