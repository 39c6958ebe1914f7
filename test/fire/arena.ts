import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Endpoints, toEndpoint } from '../../src/endpoints.js';
import { createHttp } from '../../src/http.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { age } from '../support/age.js';
import { isWrite, undisclosed } from './disclosure.js';
import { stateText } from './place.js';
import { Killed, type Run, runHere } from './run-here.js';
import { restore, type Snapshot, snapshot } from './snapshot.js';

/** A run, and what it wrote to Entra and Flex. */
export interface Told extends Run {
  writes: string[];
  undisclosed: string[];
}

/** How the tool is run: with nobody there, or with the sandbox's operator; `killAt` cuts it off at that write or file call. */
export interface How {
  by: 'nobody' | 'operator';
  killAt?: number | undefined;
  done?: string | undefined;
}

export type Arena = Awaited<ReturnType<typeof openArena>>;

/**
 * A served sandbox and the command in one state directory, for people, administrators, kills and the clock to work on. The sandbox is
 * closed only while the command brings its own operator.
 */
export async function openArena(state: string, fresh: Snapshot) {
  restore(state, fresh);
  const folder = path.join(state, 'sandbox');
  let served: Sandbox | undefined = await startSandbox({ dir: folder });

  async function close(): Promise<void> {
    await served?.close();
    served = undefined;
  }
  async function reopen(): Promise<Sandbox> {
    served ??= await startSandbox({ dir: folder });
    return served;
  }
  const endpoints = async (): Promise<Endpoints> => (await reopen()).endpoints;

  return {
    state,
    close,
    endpoints,
    /** Its world, while nobody else writes it. */
    world: async () => (await reopen()).world,

    async tool(command: string, flags: Readonly<Record<string, string>>, { by, killAt, done }: How): Promise<Told> {
      const [writes, hidden]: [string[], string[]] = [[], []];
      let left: Snapshot | undefined;
      let moments = 0;
      const moment = () => {
        if (killAt === undefined || moments++ !== killAt) return;
        left = snapshot(state);
        throw new Killed();
      };
      const watcher = {
        before(request: Parameters<typeof isWrite>[0], say: () => string) {
          if (!isWrite(request)) return;
          moment();
          writes.push(`${request.method} ${request.url.pathname}`);
          hidden.push(...[undisclosed(request, stateText(state), say()) ?? []].flat());
        },
        after(request: Parameters<typeof isWrite>[0]) {
          if (isWrite(request)) moment();
        },
        ...(killAt !== undefined && { disk: moment }),
      };
      const given = { command, flags, yes: true, ...(done !== undefined && { done }) };
      let run: Run;
      if (by === 'operator') {
        await close();
        run = await runHere({ ...given, sandbox: true, state }, watcher);
      } else {
        const sandbox = await reopen();
        const file = path.join(state, 'endpoints.json');
        writeFileSync(file, JSON.stringify(sandbox.endpoints));
        run = await runHere({ ...given, endpoints: file, state: folder }, watcher, sandbox.credentials);
      }
      if (left) {
        await close();
        restore(state, left);
      }
      await reopen();
      return { ...run, writes, undisclosed: hidden };
    },

    /** What somebody does in the browser whom an instruction asks to. */
    async person(): Promise<Pick<ReturnType<typeof createOperator>, 'perform'>> {
      return createOperator({ endpoints: await endpoints() });
    },

    /** Lets days pass. A damaged state file has no moments that could be shifted, so then none pass. */
    async days(count: number): Promise<void> {
      if (!isWhole(stateText(state))) return;
      await close();
      await age(state, count);
      await reopen();
    },

    /** One request to Graph, as an administrator of the tenant sends it. */
    async graph(method: string, target: string, body?: object): Promise<{ status: number; text: string }> {
      const { credentials } = await reopen();
      const http = createHttp({ endpoints: await endpoints() });
      const form = {
        grant_type: 'client_credentials',
        client_id: credentials.AZURE_CLIENT_ID ?? '',
        client_secret: credentials.AZURE_CLIENT_SECRET ?? '',
        scope: 'https://graph.microsoft.com/.default',
      };
      const { text } = await http({
        method: 'POST',
        url: `https://login.microsoftonline.com/${credentials.AZURE_TENANT_ID}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      });
      const headers = { authorization: `Bearer ${JSON.parse(text).access_token}`, 'content-type': 'application/json' };
      const url = `https://graph.microsoft.com/v1.0${target}`;
      return http({ method, url, headers, ...(body && { body: JSON.stringify(body) }) });
    },

    /** A page of Flex Console. */
    async page(url: string): Promise<string> {
      return toEndpoint(await endpoints(), url);
    },
    folder: (name: string) => {
      mkdirSync(path.join(folder, name), { recursive: true });
      return path.join(folder, name);
    },
  };
}

function isWhole(text = '{}'): boolean {
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false;
  }
}
