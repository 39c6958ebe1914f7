import { cp, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CommandOptions } from '../../src/commands/options.js';
import type { Endpoints, System } from '../../src/endpoints.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { freePort } from '../commands/network.js';
import { filesOf, stateDirectory } from '../commands/sandbox.js';
import { type Ended, ended, printedUrl, start, temporaryDirectory } from '../support/cli.js';
import { cutting, openPortal, selfSigned } from '../support/portal.js';
import { type Finished, finishMigration } from '../validate/run.js';
import { type NetworkCase, type NetworkFault, networkCases, networkSample } from './network-faults.js';
import { type Run, runHere } from './run-here.js';

let finished: Finished;
beforeAll(async () => {
  finished = await finishMigration('new');
});
afterAll(() => finished.remove());

const cases = process.env.FLEX_SSO_FULL ? networkCases : networkSample;

describe('trouble of the network is told as what it is, and is no word on the account, the tenant or the connection', () => {
  test.each(cases.map(one => [`${one.fault.name} at ${one.system}, ${one.moment}`, one] as const))(
    '%s',
    async (_, { fault, system, moment }) => {
      const world = await worldFor(moment);
      const before = await factsIn(world.state);
      const disturbed = await through(world.sandbox, fault, system, moment);

      const { code, json, said } = await world.run(disturbed.endpoints, disturbed.env);
      expect(json.error?.code).toMatch(fault.code);
      expect(json.error.hint).toMatch(fault.advice);
      // The name of the system, and the host that was asked.
      expect(json.error.message).toMatch(disturbed.names);
      expect(code).toBe(1);
      expect(said).not.toMatch(/\n {4}at /);
      const after = await factsIn(world.state);
      expect(after.refusal).toBeUndefined();
      expect(after.evidence).toEqual(before.evidence);
      expect(after.legacy).toEqual(moment === 'begin' ? after.legacy : before.legacy);

      expect((await world.run(world.sandbox.endpoints)).code).toBe(moment === 'begin' ? 10 : 0);
    },
  );
});

interface Trouble {
  endpoints: Endpoints;
  env?: Record<string, string>;
  names: RegExp;
}

const names: Readonly<Partial<Record<System, string>>> = {
  graph: 'Microsoft Graph',
  login: 'sign-in service of Microsoft',
  taskrouter: 'TaskRouter',
  iam: 'legacy login of Twilio',
  'flex-login': 'login service of Twilio Flex',
};

/** The sandbox with a fault between it and the command. */
async function through(
  { endpoints }: Sandbox,
  fault: NetworkFault,
  system: System,
  moment: NetworkCase['moment'],
): Promise<Trouble> {
  const systems: System[] = system === 'iam' ? ['iam', 'iam-preview'] : [system];
  const name = names[system] ?? 'Twilio Flex';
  if (fault.disturb) {
    const isExchange = moment === 'exchange';
    const only = ({ url = '' }: IncomingMessage) => url.includes('/OAuth/Tokens');
    const portal = await openPortal(endpoints, { systems, disturb: fault.disturb, ...(isExchange && { only }) });
    return { endpoints: portal.endpoints, names: new RegExp(`${name} at 127\\.0\\.0\\.1:`) };
  }
  const { url, env } = await insteadOf(fault);
  return {
    endpoints: { ...endpoints, ...Object.fromEntries(systems.map(one => [one, url])) },
    names: new RegExp(`${name} at ${new URL(url).host}`),
    ...(env && { env }),
  };
}

async function insteadOf({ instead }: NetworkFault): Promise<{ url: string; env?: Record<string, string> }> {
  if (instead === 'cuts') return { url: await cutting() };
  if (instead === 'refused') return { url: `http://127.0.0.1:${await freePort()}` };
  if (instead === 'unknown-name') return { url: 'https://no-such-host.invalid' };
  if (instead === 'self-signed') return { url: (await selfSigned()).url };
  const { url, certificate } = await selfSigned(instead === 'expired' ? { days: -1 } : { host: 'wifi.hotel.example' });
  const folder = await temporaryDirectory();
  onTestFinished(folder.remove);
  const file = path.join(folder.path, 'authority.pem');
  await writeFile(file, certificate);
  return { url, env: { NODE_EXTRA_CA_CERTS: file } };
}

/** A sandbox, and the command of a moment against it. */
async function worldFor(moment: NetworkCase['moment']) {
  const state = moment === 'begin' ? await stateDirectory({}) : (await temporary()).path;
  if (moment !== 'begin') await cp(finished.dir, state, { recursive: true });
  // Without a sign-in log: on a busy machine its entry of the login may be there before the browser is back.
  const sandbox = await startSandbox({ dir: path.join(state, 'sandbox'), faults: ['no-premium'] });
  onTestFinished(() => sandbox.close());
  const port = String(await freePort());
  sandbox.world.account.connections.at(-1)?.trustedUrls.push(`http://localhost:${port}`);
  const args = {
    begin: ['migrate', '--setup-type', 'new'],
    validate: ['validate'],
    exchange: ['validate', '--login', 'browser', '--callback-port', port],
  }[moment];
  return {
    state,
    sandbox,
    async run(endpoints: Endpoints, env?: Record<string, string>): Promise<Told> {
      const place = { state: path.join(state, 'sandbox'), endpoints: path.join(state, 'endpoints.json') };
      await writeFile(place.endpoints, JSON.stringify(endpoints));
      if (moment !== 'exchange' && !env) {
        const options = { ...inThisProcess[moment], ...place, yes: true, json: true };
        const { code, said, stdout } = await runHere(options, {}, sandbox.credentials);
        return { code, said, json: JSON.parse(stdout) };
      }
      // Only a process of its own reads its environment as it starts, and shows its link while it waits.
      const where = ['--state', place.state, '--endpoints', place.endpoints];
      const child = start([...args, ...where, '--yes', '--json'], { ...sandbox.credentials, ...env });
      if (moment === 'exchange') void printedUrl(child).then(url => createOperator({ endpoints }).visit(url));
      const { code, json, stderr } = await ended(child);
      return { code: code ?? undefined, said: stderr, json };
    },
  };
}

/** What was typed, as `runHere` takes it: it saves the start of a process, and the waits. */
const inThisProcess: Readonly<Record<'begin' | 'validate', CommandOptions>> = {
  begin: { command: 'migrate', flags: { setupType: 'new' } },
  validate: { command: 'validate', flags: {} },
};

interface Told extends Pick<Run, 'code' | 'said'> {
  json: Ended['json'];
}

async function temporary() {
  const directory = await temporaryDirectory();
  onTestFinished(directory.remove);
  return directory;
}

/** What the migration of a state directory knows; nothing before there is one. */
async function factsIn(state: string) {
  const files = Object.entries(await filesOf(state));
  const [, text = '{}'] = files.find(([name]) => /migrations.*\.json$/.test(name)) ?? [];
  return JSON.parse(text).facts ?? {};
}
