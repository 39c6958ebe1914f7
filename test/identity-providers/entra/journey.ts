import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { toPublic } from '../../../src/endpoints.js';
import { createFlex } from '../../../src/flex/index.js';
import { createHttp } from '../../../src/http.js';
import type { GraphWriter } from '../../../src/identity-providers/entra/client.js';
import { createGraph } from '../../../src/identity-providers/entra/graph.js';
import { createSignIn } from '../../../src/identity-providers/entra/sign-in.js';
import { type Direction, type Outcome, walk } from '../../../src/migration/engine.js';
import type { Person } from '../../../src/migration/person.js';
import { type Answers, beginMigration, type Migration } from '../../../src/migration/state.js';
import { historyAmong } from '../../../src/sandbox/faults.js';
import type { World } from '../../../src/sandbox/host.js';
import { createOperator } from '../../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.js';
import { openWorld } from '../../../src/sandbox/world.js';
import { steps } from '../../../src/steps/index.js';
import type { Exchange } from '../../../src/trace.js';

/** The world as it was when a document was about to be kept, with the one from before and the new one. */
export interface Checkpoint {
  world: World;
  kept: Migration;
  next: Migration;
}

export interface Journey {
  sandbox: Sandbox;
  /** For what an administrator does there meanwhile. */
  graph: GraphWriter;
  notes: string[];
  exchanges: Exchange[];
  checkpoints: Checkpoint[];
  /** Walks from this document with the real steps; people are the sandbox's operator, and accept every plan. */
  go(start: Migration, direction: Direction): Promise<Outcome>;
  /** The document as it was kept last. */
  kept(): Migration;
  close(): Promise<void>;
}

const templates = new Map<string, Promise<World>>();

/** A fresh world, made once a file: its keys take most of the time. */
async function freshWorld(faults: readonly string[]): Promise<World> {
  const history = historyAmong(faults);
  const made =
    templates.get(history.join()) ?? inFolder(async dir => (await openWorld(dir, { users: 9, faults: history })).world);
  templates.set(history.join(), made);
  return structuredClone(await made);
}

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-journey-'));
  return work(dir).finally(() => rm(dir, { recursive: true, force: true }));
}

export async function openJourney(
  options: {
    world?: World;
    faults?: readonly string[];
    person?: (operator: Pick<Person, 'perform' | 'visit'>) => Partial<Person>;
  } = {},
): Promise<Journey> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'flex-sso-journey-'));
  await writeFile(
    path.join(dir, 'world.json'),
    JSON.stringify(options.world ?? (await freshWorld(options.faults ?? []))),
  );
  const sandbox = await startSandbox({ dir, faults: options.faults ?? [] });
  const { endpoints, credentials } = sandbox;
  const accountSid = credentials.TWILIO_ACCOUNT_SID ?? '';
  const exchanges: Exchange[] = [];
  const http = createHttp({ endpoints, trace: exchange => void exchanges.push(exchange) });
  const flex = createFlex({
    http,
    endpoints,
    accountSid,
    credentials: { username: accountSid, password: credentials.TWILIO_AUTH_TOKEN ?? '' },
  });
  const operator = createOperator({ endpoints });
  const tenantId = credentials.AZURE_TENANT_ID;
  const signIn = { http, endpoints, environment: credentials, tenantId, visit: operator.visit, interactive: false };
  const graph = createGraph({ http, endpoints, accessToken: createSignIn(signIn), wait: async () => undefined });
  const { signal } = new AbortController();
  const notes: string[] = [];
  const checkpoints: Checkpoint[] = [];
  const person: Person = {
    ...operator,
    answer: async (_, { input, suggestion }) => {
      if (suggestion === undefined) throw new Error(`nobody answers ${input}`);
      return suggestion;
    },
    confirm: async () => true,
    reconsider: async () => 'stop',
    ...options.person?.(operator),
  };
  let kept: Migration;
  return {
    sandbox,
    graph,
    notes,
    exchanges,
    checkpoints,
    kept: () => kept,
    go(start, direction) {
      kept = start;
      return walk(
        {
          steps,
          person,
          signal,
          emit: () => undefined,
          store: {
            location: () => '',
            list: async () => [],
            load: async () => kept,
            lock: async () => ({ demand() {}, release() {} }),
            async save(next) {
              checkpoints.push({ world: structuredClone(sandbox.world), kept, next });
              kept = { ...next, revision: next.revision + 1 };
              return kept;
            },
          },
          context: (_step, migration) => ({
            get migration() {
              return migration();
            },
            flex,
            login: flex,
            graph: async () => graph,
            readDocument: async url => (await http({ url })).text,
            toPublic: url => toPublic(endpoints, url),
            visit: operator.visit,
            writeFile: async () => undefined,
            signal,
            report: { progress: () => undefined, note: message => void notes.push(message) },
          }),
        },
        start,
        direction,
      );
    },
    async close() {
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A migration that modifies, with everything answered. */
export async function beginModifying(journey: Journey, answers: Partial<Answers> = {}): Promise<Migration> {
  return {
    ...beginMigration(journey.sandbox.credentials.TWILIO_ACCOUNT_SID ?? ''),
    answers: {
      setupType: 'modify',
      identityProvider: 'entra',
      hosting: 'hosted',
      login: 'browser',
      callbackPort: String(await freePort()),
      ...answers,
    },
  };
}

/** Everything in the tenant about the application that the legacy connection uses. */
export function existingApplication({ directory }: World): object {
  const application = directory.applications.find(({ displayName }) => displayName === 'Twilio Flex');
  const principal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
  return structuredClone({
    application,
    principal,
    assignments: directory.appRoleAssignments.filter(({ resourceId }) => resourceId === principal?.id),
    policies: [...directory.claimsMappingPolicies, ...directory.tokenIssuancePolicies],
    policyAssignments: directory.policyAssignments.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    claims: directory.claimsPolicies,
  });
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
