import { cp } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { documentReader } from '../../src/commands/documents.js';
import { FlexSsoError } from '../../src/errors.js';
import { createFlex } from '../../src/flex/index.js';
import { createHttp, type Http } from '../../src/http.js';
import { createGraph } from '../../src/identity-providers/entra/graph.js';
import { createSignIn } from '../../src/identity-providers/entra/sign-in.js';
import { type Outcome, walk } from '../../src/migration/engine.js';
import type { MigrationEvent } from '../../src/migration/events.js';
import { type Answers, beginMigration, type Change, type Migration } from '../../src/migration/state.js';
import type { Step } from '../../src/migration/step.js';
import { createUnattendedPerson, heedFlags } from '../../src/migration/unattended-person.js';
import { historyAmong } from '../../src/sandbox/faults.js';
import { createOperator } from '../../src/sandbox/operator.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { openWorld } from '../../src/sandbox/world.js';
import { steps } from '../../src/steps/index.js';
import type { StateStore } from '../../src/stores/state-store.js';
import type { Exchange } from '../../src/trace.js';
import { temporaryDirectory } from '../support/cli.js';

export interface SceneOptions {
  faults?: readonly string[];
  users?: number;
  answers?: Partial<Answers>;
  /** How long a wait really takes, of the milliseconds that it should; none unless told otherwise. */
  waits?: (milliseconds: number) => number;
}

/** A tenant and an account served over HTTP, and one migration in them that may be walked again and again. */
export interface Scene {
  sandbox: Sandbox;
  exchanges: Exchange[];
  /** Everything that was planned and accepted, in order. */
  planned: Change[];
  notes: string[];
  migration(): Migration;
  /** Walks forward as one run of the command would; `stepsTo` names the last step. */
  run(stepsTo?: Step['id'], answers?: Partial<Answers>): Promise<Outcome>;
  close(): Promise<void>;
}

/** An answer that takes longer does not come. */
const patienceMs = 3000;

export async function openScene({
  faults = [],
  users = 6,
  answers = {},
  waits = () => 0,
}: SceneOptions): Promise<Scene> {
  const directory = await temporaryDirectory();
  await cp(await worldWith(faults, users, answers.cloud), directory.path, { recursive: true });
  const sandbox = await startSandbox({ dir: directory.path, users, faults });
  const { endpoints, credentials } = sandbox;
  const accountSid = credentials.TWILIO_ACCOUNT_SID ?? '';
  const exchanges: Exchange[] = [];
  const http = impatient(createHttp({ endpoints, trace: exchange => void exchanges.push(exchange) }));
  const plain = createHttp({ endpoints });
  const wait = (milliseconds: number) => sleep(waits(milliseconds));
  const operator = createOperator({ endpoints, http: plain });
  const store = memoryStore();
  const [planned, notes]: [Change[], string[]] = [[], []];
  const setup = { setupType: 'new', identityProvider: 'entra', hosting: 'hosted', login: 'skip' } as const;
  let current: Migration = { ...beginMigration(accountSid), answers: { ...setup, ...answers } };

  return {
    sandbox,
    exchanges,
    planned,
    notes,
    migration: () => current,
    async run(stepsTo = 'update-identity-provider', more = {}) {
      const signal = new AbortController().signal;
      const person = createUnattendedPerson({ awaitsLogin: false, operator, visit: async () => undefined });
      const flex = createFlex({
        http: plain,
        endpoints,
        accountSid,
        credentials: { username: accountSid, password: credentials.TWILIO_AUTH_TOKEN ?? '' },
      });
      // Every run signs in anew, as a process does.
      const accessToken = createSignIn({
        http,
        endpoints,
        environment: credentials,
        tenantId: credentials.AZURE_TENANT_ID,
        visit: async () => undefined,
        interactive: false,
      });
      const graph = createGraph({ http, endpoints, accessToken, wait });
      current = { ...((await store.load(accountSid)) ?? current) };
      current = { ...current, answers: { ...current.answers, ...more } };
      try {
        return await walk(
          {
            steps: steps.slice(0, steps.findIndex(({ id }) => id === stepsTo) + 1),
            store,
            person: heedFlags(person, {
              accepts: true,
              acceptsNewWorkers: true,
              acceptsChangedClaims: true,
              acceptsNoRoles: true,
              done: [],
            }),
            signal,
            emit: event => hear(event),
            context: (_, now) => ({
              get migration() {
                return now();
              },
              flex,
              login: flex,
              graph: async () => graph,
              readDocument: documentReader(plain),
              toPublic: url => url,
              visit: operator.visit,
              writeFile: async () => undefined,
              signal,
              report: { progress: () => undefined, note: message => void notes.push(message) },
            }),
          },
          current,
          'forward',
        );
      } finally {
        current = (await store.load(accountSid)) ?? current;
      }
    },
    async close() {
      await sandbox.close();
      await directory.remove();
    },
  };

  function hear(event: MigrationEvent): void {
    if (event.type === 'plan') planned.push(...event.changes);
  }
}

const folders: { remove: () => Promise<void> }[] = [];
afterAll(async () => void (await Promise.all(folders.map(({ remove }) => remove()))));

const worlds = new Map<string, Promise<string>>();

/** A folder with the world of this history, made once: its keys take longer than anything else. */
function worldWith(faults: readonly string[], users: number, cloud: Answers['cloud']): Promise<string> {
  const history = historyAmong(faults);
  const name = `${users} ${cloud} ${history.join()}`;
  const make = async () => {
    const directory = await temporaryDirectory();
    folders.push(directory);
    await openWorld(directory.path, { users, cloud, faults: history });
    return directory.path;
  };
  const made = worlds.get(name) ?? make();
  worlds.set(name, made);
  return made;
}

function impatient(http: Http): Http {
  return async request => {
    const late = AbortSignal.timeout(patienceMs);
    try {
      return await http({ ...request, signal: request.signal ? AbortSignal.any([request.signal, late]) : late });
    } catch (cause) {
      if (late.aborted) throw new FlexSsoError('unreachable', 'No answer came.', 'Run `flex-sso resume`.', { cause });
      throw cause;
    }
  };
}

function memoryStore(): StateStore {
  let kept: Migration | undefined;
  return {
    location: () => '',
    list: async () => [],
    load: async () => structuredClone(kept),
    async save(migration, revision) {
      kept = structuredClone({ ...migration, revision: revision + 1 });
      return structuredClone(kept);
    },
    lock: async () => ({ demand() {}, release() {} }),
  };
}
