import { createServer } from 'node:net';
import writeFileAtomic from 'write-file-atomic';
import { type Endpoints, loadEndpoints, publicEndpoints, toPublic } from '../endpoints.js';
import { inputError } from '../errors.js';
import { createFlex } from '../flex/index.js';
import { createHttp } from '../http.js';
import type { GraphWriter } from '../identity-providers/entra/client.js';
import { flagName, type InputName, parseInput } from '../inputs.js';
import type { EngineOptions } from '../migration/engine.js';
import type { Person } from '../migration/person.js';
import { type Answers, beginMigration, type Migration, type StepId, stepIds } from '../migration/state.js';
import { createUnattendedPerson, heedFlags } from '../migration/unattended-person.js';
import type { Sandbox } from '../sandbox/server.js';
import { steps } from '../steps/index.js';
import { createFileStore } from '../stores/file-store.js';
import type { StateStore } from '../stores/state-store.js';
import { createTerminalPerson } from '../terminal/person.js';
import { openTrace } from '../trace.js';
import { mayAsk, twilioCredentials } from './credentials.js';
import { documentReader } from './documents.js';
import { missingInputs } from './missing-inputs.js';
import type { CommandOptions } from './options.js';
import { migrationsDirectory, sandboxDirectory } from './state-directory.js';
import { createTerminal, type Terminal } from './terminal.js';

/** Everything that a command works with, made from its options. */
export interface Session {
  readonly options: CommandOptions;
  readonly accountSid: string;
  readonly store: StateStore;
  readonly terminal: Terminal;
  readonly engine: EngineOptions;
  /** The migration with this run's answers; undefined where none has begun. */
  readonly migration: Migration | undefined;
  /** The document of a migration that begins with this run's answers. */
  begin(): Migration;
}

/**
 * Opens a session, locks the account's migration, runs `work` and lets go of everything again. Throws input and permission errors
 * before anything is sent to a system.
 */
export async function withSession<T>(options: CommandOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const closing: (() => Promise<void> | void)[] = [];
  try {
    return await work(await openSession(options, closing));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function openSession(options: CommandOptions, closing: (() => Promise<void> | void)[]): Promise<Session> {
  const done = parseDone(options.done);
  const given = parseAnswers(options.flags);
  const terminal = createTerminal(options);
  closing.push(terminal.close);
  const signal = stopSignal(closing);

  const sandbox = options.sandbox ? await openSandbox(options) : undefined;
  if (sandbox) closing.push(sandbox.close);
  const endpoints = sandbox?.endpoints ?? (await chosenEndpoints(options));
  const environment = { ...process.env, ...sandbox?.credentials };

  const store = createFileStore(migrationsDirectory(options));
  const attended = mayAsk(options);
  let accountSid = options.account ?? environment.TWILIO_ACCOUNT_SID ?? (await onlyAccount(store));
  if (accountSid) accountSid = parseAccount(accountSid);
  if (!attended) {
    const stored = accountSid ? await store.load(accountSid) : undefined;
    const missing = missingInputs(options, environment, accountSid, stored);
    if (missing) throw missing;
  }
  accountSid ??= parseAccount(await terminal.prompts.askText('Which Twilio account is it? (AC…)'));
  const credentials = twilioCredentials(environment, accountSid) ?? {
    username: accountSid,
    password: await terminal.prompts.askSecret('Auth token of the account (kept in memory only)'),
  };

  closing.push(await store.lock(accountSid));
  const migration = await store.load(accountSid);

  const trace = options.trace ? openTrace(options.trace) : undefined;
  const http = createHttp({ endpoints, trace, signal });
  const flex = createFlex({ http, endpoints, accountSid, credentials });
  const operator = sandbox && (await createSandboxOperator(sandbox));
  const present =
    attended && !(sandbox && options.yes)
      ? createTerminalPerson({ ...terminal, operator })
      : createUnattendedPerson({ awaitsLogin: options.flags.login === 'browser', operator, visit: terminal.showPage });
  const person = heedFlags(present, { accepts: options.yes === true, done });

  let graph: Promise<GraphWriter> | undefined;
  const answers = await withDefaults(given, { sandbox: sandbox !== undefined, attended, migration });
  return {
    options,
    accountSid,
    store,
    terminal,
    migration: migration && withAnswers(migration, answers),
    begin: () => withAnswers(beginMigration(accountSid), answers),
    engine: {
      steps,
      store,
      person,
      signal,
      emit: terminal.emit,
      context: (step, current) => ({
        get migration() {
          return current();
        },
        flex,
        login: flex,
        graph() {
          const tenantId = environment.AZURE_TENANT_ID ?? current().facts.legacy?.tenantId;
          graph ??= openGraph({
            http,
            endpoints,
            environment,
            tenantId,
            visit: person.visit,
            interactive: attended,
            signal,
          });
          return graph;
        },
        readDocument: documentReader(http),
        toPublic: url => toPublic(endpoints, url),
        visit: person.visit,
        writeFile: (file, text) => writeFileAtomic(file, text),
        signal,
        report: {
          note: message => terminal.emit({ type: 'note', step, message }),
          progress: (label, count, total) => terminal.emit({ type: 'progress', step, label, done: count, total }),
        },
      }),
    },
  };
}

type Closing = (() => Promise<void> | void)[];

/** Aborts on Ctrl-C and on the signals that end a process; a second Ctrl-C ends it at once. */
function stopSignal(closing: Closing): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  closing.push(() => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  });
  return controller.signal;
}

async function chosenEndpoints(options: CommandOptions): Promise<Endpoints> {
  const file = options.endpoints || process.env.FLEX_SSO_ENDPOINTS;
  return file ? loadEndpoints(file) : publicEndpoints;
}

async function openSandbox(options: CommandOptions): Promise<Sandbox> {
  const { startSandbox } = await import('../sandbox/server.js');
  return startSandbox({ dir: sandboxDirectory(options) });
}

async function createSandboxOperator({ endpoints }: Sandbox): Promise<Pick<Person, 'perform' | 'visit'>> {
  const { createOperator } = await import('../sandbox/operator.js');
  return createOperator({ endpoints });
}

async function openGraph(options: Parameters<typeof import('../identity-providers/entra/sign-in.js').createSignIn>[0]) {
  const [{ createGraph }, { createSignIn }] = await Promise.all([
    import('../identity-providers/entra/graph.js'),
    import('../identity-providers/entra/sign-in.js'),
  ]);
  return createGraph({ ...options, accessToken: createSignIn(options) });
}

/** The account that needs no naming because it is the only one there is. */
async function onlyAccount(store: StateStore): Promise<string | undefined> {
  const accounts = await store.list();
  return accounts.length === 1 ? accounts[0] : undefined;
}

function parseAccount(text: string): string {
  if (/^AC[0-9a-f]{32}$/.test(text.trim())) return text.trim();
  throw inputError(
    'account-invalid',
    `"${text}" is no Account SID.`,
    'It begins with AC and has 32 characters of 0–9 and a–f after that; Console shows it on its home page.',
  );
}

function parseAnswers(flags: CommandOptions['flags']): Answers {
  const parsed = Object.entries(flags).map(([name, text]) => [name, parseInput(name as InputName, text)]);
  return Object.fromEntries(parsed) as Answers;
}

function parseDone(text = ''): StepId[] {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(Boolean);
  const unknown = names.find(name => !stepIds.includes(name as StepId));
  if (unknown === undefined) return names as StepId[];
  throw inputError(
    'done-unknown',
    `--done names "${unknown}", which is no step.`,
    `The steps are: ${stepIds.join(', ')}.`,
  );
}

interface Circumstances {
  sandbox: boolean;
  attended: boolean;
  migration: Migration | undefined;
}

async function withDefaults(given: Answers, { sandbox, attended, migration }: Circumstances): Promise<Answers> {
  const recorded = migration?.answers;
  const answers: Answers = { ...given };
  // Several sandboxes may run at once, and nobody has to add the address to the Trusted URLs of a real connection.
  if (sandbox && !given.callbackPort && !recorded?.callbackPort) answers.callbackPort = String(await freePort());
  // A login that was to come back here is observed instead where nobody is here.
  if (!sandbox && !attended && !given.login && recorded?.login === 'browser') answers.login = 'observe';
  return answers;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** This run's answers over the recorded ones. What was already acted on cannot be answered otherwise without going back first. */
function withAnswers(migration: Migration, answers: Answers): Migration {
  const actedOn = migration.direction === 'forward' && migration.facts.connection !== undefined;
  for (const name of ['setupType', 'identityProvider'] as const) {
    const [before, now] = [migration.answers[name], answers[name]];
    if (actedOn && before && now && before !== now)
      throw inputError(
        'answer-fixed',
        `This migration was begun as "${before}", and ${flagName(name)} says "${now}".`,
        `Go on without ${flagName(name)}, or run \`flex-sso revert\` first.`,
      );
  }
  return { ...migration, answers: { ...migration.answers, ...answers } };
}
