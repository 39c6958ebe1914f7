import type { Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import type { FlexAccount, Worker } from './account.js';
import { activeConnection, hostedFlexUrl } from './connections.js';
import { requireCredentials } from './credentials.js';
import { sessionOf } from './logins.js';
import { page } from './paging.js';
import { tokenInfo } from './services.js';
import { refuse, twilioSystem } from './system.js';

/** flex-api.twilio.com: Flex Configuration and the Flex users. */
export function apiSystem(host: SandboxHost): Hono {
  const { account } = host.world;
  const system = twilioSystem('flex-api');
  const publicAttributes = () => ({ loginPopup: activeConnection(account)?.loginUsingPopup ?? false });

  // Asked before anybody has logged in. What it answers for an account that it does not know is unverified.
  system.get('/v1/Configuration/Public', c => {
    const { AccountSid, RuntimeDomain } = c.req.query();
    if (!AccountSid === !RuntimeDomain)
      return refuse(c, { status: 400, code: 20001, message: 'Name either AccountSid or RuntimeDomain' });
    const { accountSid, runtimeDomain } = account;
    const isHere = AccountSid === accountSid || RuntimeDomain === runtimeDomain;
    const found = { account_sid: accountSid, runtime_domain: runtimeDomain, public_attributes: publicAttributes() };
    return c.json({ configurations: isHere ? [found] : [] });
  });

  system.use(requireCredentials(host));

  // Flex UI and flex-sdk check a token by it, and send the token twice.
  system.post(`/v1/Accounts/${account.accountSid}/Tokens/Info`, async c => {
    const { Token = '' } = await c.req.parseBody();
    const session = typeof Token === 'string' ? sessionOf(account, Token) : undefined;
    if (!session) return refuse(c, { status: 401, code: 20003, message: 'The token is unknown or expired' });
    return c.json({ valid: true, ...tokenInfo(account, session.worker, session.expiresAt), permissions: null });
  });

  system.get('/v1/Configuration', c =>
    c.json({
      account_sid: account.accountSid,
      date_created: '2024-03-11T08:00:00Z',
      date_updated: '2026-01-15T10:12:00Z',
      attributes: {},
      status: 'ok',
      taskrouter_workspace_sid: account.workspaceSid,
      runtime_domain: account.runtimeDomain,
      flex_instance_sid: account.instanceSid,
      flex_url: hostedFlexUrl(account),
      ui_language: 'en',
      ui_attributes: {},
      ui_version: account.uiVersion,
      public_attributes: publicAttributes(),
      serverless_service_sids: [],
      url: 'https://flex-api.twilio.com/v1/Configuration',
    }),
  );

  const usersPath = `/v1/Instances/${account.instanceSid}/Users`;
  system.get(usersPath, c => {
    const { items, meta } = page(c.req, `https://flex-api.twilio.com${usersPath}`, 'users', account.workers);
    return c.json({ users: items.map(worker => flexUser(account, worker)), meta });
  });
  return system;
}

function flexUser(account: FlexAccount, worker: Worker) {
  return {
    account_sid: account.accountSid,
    instance_sid: account.instanceSid,
    user_sid: worker.userSid,
    flex_user_sid: worker.flexUserSid,
    worker_sid: worker.sid,
    workspace_sid: account.workspaceSid,
    username: worker.friendlyName,
    email: worker.attributes.email,
    roles: worker.attributes.roles,
    created_date: worker.dateCreated,
    updated_date: worker.dateUpdated,
    version: 0,
  };
}
