import { describe, expect, test } from 'vitest';
import { doByHand, keptIn, servedSandbox, shownWorld } from './sandbox.js';

const other = `JQ${'0'.repeat(32)}`;
const acsUrl = (name: string) => `https://login.flex.us1.twilio.com/login/callback?connection=${name}`;

/** What Console shows and what somebody may paste instead, with what is said of it. */
const wrong: readonly [string, (name: string, account: string) => string[], string][] = [
  [
    'an Entity ID of another account',
    () => ['--entity-id', `urn:flex:${other}`, '--acs-url', acsUrl(other)],
    'connection-not-listed',
  ],
  [
    'the Entity ID of the legacy connection',
    (name, account) => [
      ...['--entity-id', `https://iam.twilio.com/v1/Accounts/${account}/saml2/metadata`],
      ...['--acs-url', acsUrl(name)],
    ],
    'entity-id-legacy',
  ],
  [
    'the legacy Entity ID of another account',
    name => [
      ...['--entity-id', `https://iam.twilio.com/v1/Accounts/AC${'9'.repeat(32)}/saml2/metadata`],
      ...['--acs-url', acsUrl(name)],
    ],
    'entity-id-legacy-other-account',
  ],
  [
    'an ACS URL with another JQ',
    name => ['--entity-id', `urn:flex:${name}`, '--acs-url', acsUrl(other)],
    'acs-url-other-connection',
  ],
  [
    'the ACS URL of the legacy connection',
    (name, account) => [
      ...['--entity-id', `urn:flex:${name}`],
      ...['--acs-url', `https://iam.twilio.com/v1/Accounts/${account}/saml2`],
    ],
    'acs-url-legacy',
  ],
  [
    'an ACS URL elsewhere',
    name => [
      '--entity-id',
      `urn:flex:${name}`,
      '--acs-url',
      `https://login.flex.example/login/callback?connection=${name}`,
    ],
    'acs-url-host',
  ],
  [
    'an Entity ID that is cut off',
    name => ['--entity-id', `urn:flex:${name.slice(0, -3)}`, '--acs-url', acsUrl(name)],
    'entity-id-malformed',
  ],
  ['the two values swapped', name => ['--entity-id', acsUrl(name), '--acs-url', `urn:flex:${name}`], 'values-swapped'],
];

describe('values that Console shows, pasted wrongly', () => {
  test('are refused with the reason; nothing is written and nothing lost', async () => {
    const sandbox = await servedSandbox();
    const begun = await sandbox.run(['migrate', '--setup-type', 'new']);
    await doByHand(sandbox, begun);
    const { accountSid, connections } = await shownWorld(sandbox.state);
    const { name, entityId } = connections[0];
    const before = await keptIn(sandbox.state);
    for (const [what, args, code] of wrong) {
      const refused = await sandbox.run(['resume', '--done', 'start-setup', ...args(name, accountSid)]);
      expect([what, refused.code, refused.stderr, refused.json.error?.code]).toEqual([what, 2, '', code]);
      expect(refused.json.error.message).toMatch(/\w{3}/);
      expect(refused.json.error.hint).toMatch(/Console|Exchange/);
      expect([what, await keptIn(sandbox.state)]).toEqual([what, before]);
    }
    // What was pasted wrongly once is not kept.
    const right = await sandbox.run(['resume', '--done', 'start-setup']);
    expect(right).toMatchObject({
      code: 10,
      json: {
        connection: { name, entityId, acsUrl: acsUrl(name) },
        waitingFor: { step: 'enter-identity-provider-data' },
      },
    });
  });

  test('rightly, with white space and quotes around them, are taken', async () => {
    const sandbox = await servedSandbox();
    await doByHand(sandbox, await sandbox.run(['migrate', '--setup-type', 'new']));
    const { name } = (await shownWorld(sandbox.state)).connections[0];
    const pasted = ['--entity-id', ` "urn:flex:${name}"\n`, '--acs-url', `\t${acsUrl(name)} `];
    const taken = await sandbox.run(['resume', '--done', 'start-setup', ...pasted]);
    expect(taken).toMatchObject({ code: 10, json: { connection: { name, acsUrl: acsUrl(name) } } });
  });
});
