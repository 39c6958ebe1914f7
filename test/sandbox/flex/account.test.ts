import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFlex } from '../../../src/flex/index.js';
import { createTwilio } from '../../../src/flex/twilio.js';
import { identityOf } from '../../../src/sandbox/flex/sids.js';
import { testSandbox } from '../support.js';

test('an identity holds nothing but letters, digits and _HH, and tells NameIDs apart', () => {
  expect(identityOf('ann.o@example.com')).toBe('ann_2Eo_40example_2Ecom');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), nameId => {
      const identity = identityOf(nameId);
      expect(identity).toMatch(/^([A-Za-z0-9]|_[0-9A-F]{2})*$/);
      const back = identity.replace(/_([0-9A-F]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      expect(Buffer.from(back, 'latin1').toString('utf8')).toBe(Buffer.from(nameId).toString());
    }),
  );
});

test('Configuration and Workers are read by basic auth alone, page by page', async () => {
  const sandbox = await testSandbox({ users: 30 });
  const { account } = sandbox.world;
  const read = async (url: string, user: string, password: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const answer = await sandbox.http({ url, headers: { authorization } });
    return JSON.parse(answer.text);
  };
  const configuration = 'https://flex-api.twilio.com/v1/Configuration';
  expect(await read(configuration, account.accountSid, 'wrong')).toMatchObject({ code: 20003, status: 401 });
  expect(await read(configuration, account.apiKey, account.apiSecret)).toMatchObject({
    account_sid: account.accountSid,
    flex_instance_sid: account.instanceSid,
    ui_version: '2.15.1',
    runtime_domain: 'lavender-4711.twil.io',
  });
  const users = `https://flex-api.twilio.com/v1/Instances/${account.instanceSid}/Users`;
  expect((await read(users, account.accountSid, account.authToken)).users).toHaveLength(account.workers.length);

  const seen: string[] = [];
  let next = `https://taskrouter.twilio.com/v1/Workspaces/${account.workspaceSid}/Workers?PageSize=7`;
  while (next) {
    const page = await read(next, account.accountSid, account.authToken);
    expect(page.workers.length).toBeLessThanOrEqual(7);
    seen.push(...page.workers.map((worker: { sid: string }) => worker.sid));
    next = page.meta.next_page_url ?? '';
  }
  expect(seen).toEqual(account.workers.map(worker => worker.sid));
  expect(account.workers.length).toBeLessThan(30);
});

test('the real SDK reads the account and all its Workers', async () => {
  const { world, http, endpoints } = await testSandbox({ users: 30 });
  const { account } = world;
  const credentials = { username: account.accountSid, password: account.authToken };
  const flex = createFlex({ http, endpoints, accountSid: account.accountSid, credentials });
  expect(await flex.configuration()).toMatchObject({ uiVersion: '2.15.1', runtimeDomain: 'lavender-4711' });
  const workers = await flex.workers(account.workspaceSid);
  expect(workers.map(worker => worker.friendlyName)).toEqual(account.workers.map(worker => worker.friendlyName));

  const twilio = await createTwilio({ http, endpoints, accountSid: account.accountSid, credentials });
  const [first] = account.workers;
  const { workers: list } = twilio.taskrouter.v1.workspaces(account.workspaceSid);
  expect(await list.list({ pageSize: 4 })).toHaveLength(account.workers.length);
  const found = await list.list({ friendlyName: first?.friendlyName ?? '' });
  expect(found.map(worker => JSON.parse(worker.attributes))).toEqual([first?.attributes]);
});
