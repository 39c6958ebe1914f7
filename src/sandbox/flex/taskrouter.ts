import type { Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import type { FlexAccount, Worker } from './account.js';
import { basicOf, requireCredentials } from './credentials.js';
import { sessionOf } from './logins.js';
import { page } from './paging.js';
import { sid } from './sids.js';
import { refuse, twilioSystem } from './system.js';

/** taskrouter.twilio.com: the Workers of the account's workspace, to read. */
export function taskRouterSystem(host: SandboxHost): Hono {
  const { account } = host.world;
  const system = twilioSystem('taskrouter');
  const path = `/v1/Workspaces/${account.workspaceSid}/Workers`;
  const url = `https://taskrouter.twilio.com${path}`;
  system.use(requireCredentials(host));

  system.get(path, c => {
    const name = c.req.query('FriendlyName');
    const found = account.workers.filter(worker => !name || worker.friendlyName === name);
    const { items, meta } = page(c.req, url, 'workers', found);
    return c.json({ workers: items.map(worker => workerResource(account, url, worker)), meta });
  });

  system.get(`${path}/:sid`, c => {
    const given = basicOf(c);
    const caller = given?.username === 'token' ? sessionOf(account, given.password)?.worker : undefined;
    if (caller && caller.sid !== c.req.param('sid'))
      return refuse(c, { status: 403, code: 20403, message: 'The token is that of another Worker' });
    const worker = account.workers.find(held => held.sid === c.req.param('sid'));
    return worker ? c.json(workerResource(account, url, worker)) : c.notFound();
  });
  return system;
}

function workerResource(account: FlexAccount, url: string, worker: Worker) {
  return {
    account_sid: account.accountSid,
    activity_name: 'Offline',
    activity_sid: sid('WA', account.workspaceSid, 'Offline'),
    attributes: JSON.stringify(worker.attributes),
    available: false,
    date_created: worker.dateCreated,
    date_status_changed: worker.dateUpdated,
    date_updated: worker.dateUpdated,
    friendly_name: worker.friendlyName,
    sid: worker.sid,
    workspace_sid: account.workspaceSid,
    url: `${url}/${worker.sid}`,
    links: {},
  };
}
