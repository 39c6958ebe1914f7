import { type Cloud, type Endpoints, endpointsOf, loadEndpoints, publicEndpoints, toPublic } from '../endpoints.js';
import { FlexSsoError, inputError, interrupted, isStopped } from '../errors.js';
import { createFlex } from '../flex/index.js';
import { createHttp } from '../http.js';
import type { GraphWriter } from '../identity-providers/entra/client.js';
import type { GraphOptions } from '../identity-providers/entra/graph.js';
import type { SignInOptions } from '../identity-providers/entra/sign-in.js';
import { waitFor } from '../identity-providers/entra/throttling.js';
import { type InputName, inputs } from '../inputs.js';
import type { EngineOptions } from '../migration/engine.js';
import type { Emit } from '../migration/events.js';
import { waitingFor } from '../migration/journal.js';
import type { Person } from '../migration/person.js';
import { beginMigration, type Migration } from '../migration/state.js';
import { createUnattendedPerson, heedFlags } from '../migration/unattended-person.js';
import { serverAt } from '../network-trouble.js';
import type { Sandbox } from '../sandbox/server.js';
import { steps } from '../steps/index.js';
import { createFileStore } from '../stores/file-store.js';
import type { StateStore } from '../stores/state-store.js';
import { awaitEnter } from '../terminal/enter-key.js';
import { hasBrowser } from '../terminal/open-page.js';
import { createTerminalPerson } from '../terminal/person.js';
import { openTrace } from '../trace.js';
import { answersHere, parseAccount, parseAnswers, parseDone, withAnswers } from './answers.js';
import { mayAsk, signsInUnattended, twilioCredentials } from './credentials.js';
import { documentReader } from './documents.js';
import { replaceFile } from './edited-file.js';
import { warnOfExposedState } from './exposed-state.js';
import { advising, goingOn, onlyShows } from './going-on.js';
import { missingInputs } from './missing-inputs.js';
import { namesGiven } from './names-given.js';
import type { CommandOptions } from './options.js';
import { pagesAt } from './pages.js';
import { writePeople } from './people-file.js';
import { needsMigration, recordedAccount } from './recorded-account.js';
import { sandboxHistory } from './sandbox-history.js';
import { knownBreaks, knownFaults } from './sandbox-names.js';
import { migrationsDirectory, sandboxDirectory } from './state-directory.js';
import { type Stopping, stopOnSignals } from './stopping.js';
import { createTerminal, type Terminal } from './terminal.js';

/** Everything that a command works with, made from its options. */
export interface Session {
  readonly options: CommandOptions;
  readonly accountSid: string;
  readonly endpoints: Endpoints;
  readonly store: StateStore;
  readonly terminal: Terminal;
  readonly engine: EngineOptions;
  /** The migration with this run's answers; undefined where none has begun. */
  readonly migration: Migration | undefined;
  /** When this run began (ISO 8601). */
  readonly startedAt: string;
  /** What this run has said that is no change and no check; it grows. */
  readonly notes: readonly string[];
  /** Says which names of `--overwrite` and `--accept` this run has not met. */
  noteUnmet(): void;
  /** The document of a migration that begins with this run's answers. */
  begin(): Migration;
}

/** Nothing has come so far that the command could work on. */
export function nothingTo(command: string, accountSid = 'any account', hint = recordedElsewhere): FlexSsoError {
  return new FlexSsoError(`nothing-to-${command}`, `There is nothing to ${command} for ${accountSid}.`, hint);
}

/** A migration that another person or another machine began must not be begun twice. */
const recordedElsewhere =
  'No migration is recorded here. If it was begun elsewhere, run this there, or name the folder of its record with `--state`. If none ' +
  'was begun, `flex-sso migrate` begins one.';

type Closing = (() => Promise<void> | void)[];

/**
 * Opens a session, locks the account's migration unless it is only read, runs `work` and lets go of everything again. Throws input and
 * permission errors before anything is sent to a system.
 */
export async function withSession<T>(options: CommandOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const closing: Closing = [];
  const stopping = stopOnSignals(goingOn(options));
  closing.push(stopping.release);
  try {
    const session = await openSession(options, closing, stopping);
    return await stopping.orStopped(work(session));
  } catch (error) {
    // Whatever a stopped request or question made of it.
    if (stopping.signal.aborted) throw stopping.signal.reason;
    if (isStopped(error)) throw interrupted(goingOn(options));
    throw advising(options, error);
  } finally {
    await closeAll(closing);
  }
}

/** Each is closed, whatever the others do: what stays open would keep the process alive. */
async function closeAll(closing: Closing): Promise<void> {
  const failed: unknown[] = [];
  for (const close of closing.reverse())
    try {
      await close();
    } catch (error) {
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
}

async function openSession(options: CommandOptions, closing: Closing, stopping: Stopping): Promise<Session> {
  const startedAt = new Date().toISOString();
  const { signal } = stopping;
  if (options.sandbox && options.endpoints)
    throw inputError('sandbox-endpoints', '--sandbox and --endpoints exclude each other.', 'Leave one of them out.');
  const done = parseDone(options.done);
  const given = parseAnswers(options.flags);
  const terminal = createTerminal(options, signal);
  closing.push(terminal.close);

  const sandbox = options.sandbox ? await openSandbox(options, given.cloud) : undefined;
  if (sandbox) closing.push(sandbox.close);
  // In the sandbox no real credential is of use, and none must reach it.
  const environment = sandbox?.credentials ?? process.env;
  const attended = mayAsk(options);

  const exposed = await warnOfExposedState(options);
  const notes: string[] = exposed ? [exposed] : [];
  const notice = (message: string) => {
    if (notes.includes(message)) return;
    notes.push(message);
    terminal.say(message);
  };
  for (const sentence of sandbox ? sandboxHistory(options, sandbox) : []) notice(sentence);
  const store = createFileStore(migrationsDirectory(options), { command: options.command, notice });
  const named =
    options.account ??
    environment.TWILIO_ACCOUNT_SID ??
    (await recordedAccount(options.command, store, attended ? terminal.prompts : undefined));
  if (!attended) {
    const stored = named ? await store.load(parseAccount(named)) : undefined;
    if (!stored && needsMigration.includes(options.command)) throw nothingTo(options.command, named);
    if (stored) withAnswers(stored, given, options.command);
    const missing = missingInputs(options, environment, named, stored);
    if (missing) throw missing;
  }
  const accountSid = parseAccount(named ?? (await terminal.prompts.askText('Which Twilio account is it? (AC…)')));
  const lock = onlyShows(options) ? undefined : await store.lock(accountSid, stopping.stop);
  if (lock) closing.push(lock.release);
  const migration = await store.load(accountSid);
  const endpoints = sandbox?.endpoints ?? (await chosenEndpoints(options, given.cloud ?? migration?.answers.cloud));

  const credentials = twilioCredentials(environment, accountSid) ?? {
    username: accountSid,
    password: await terminal.prompts.askSecret('Auth token of the account (kept in memory only)'),
  };
  const pages = pagesAt(endpoints);
  const byName = namesGiven(options);
  const emit: Emit = event => {
    byName.meet(event);
    terminal.emit(pages.event(event));
  };
  const waiting = (message: string, milliseconds: number, minutes?: number) =>
    emit({ type: 'waiting', message, milliseconds, minutes });
  const trace = options.trace ? openTrace(options.trace, notice) : undefined;
  const http = createHttp({ endpoints, trace, signal, onSlow: waiting, beforeWrite: lock?.demand });
  const flex = createFlex({ http, endpoints, accountSid, credentials, onBusy: waiting });

  const operator = sandbox && (await openOperator(sandbox));
  const present: Person =
    attended && !(sandbox && options.yes)
      ? createTerminalPerson({ ...terminal, operator })
      : createUnattendedPerson({ awaitsLogin: options.flags.login === 'browser', operator, visit: terminal.showPage });
  const person = heedFlags(pages.person(present), {
    accepts: options.yes === true,
    acceptsNewWorkers: options.acceptNewWorkers === true,
    acceptsChangedClaims: options.acceptChangedClaims === true,
    acceptsNoRoles: options.acceptNoRoles === true,
    overwrites: byName.overwrite,
    done,
    waiting: migration ? waitingFor(migration, directionOf(options.command, migration)) : [],
  });

  let graph: Promise<GraphWriter> | undefined;
  const openGraphOnce = (current: () => Migration) => {
    graph ??= openGraph(current, {
      http,
      endpoints,
      environment,
      setupType: () => current().answers.setupType,
      visit: person.visit,
      showDeviceCode: terminal.showDeviceCode,
      byDeviceCode: options.deviceCode === true || (attended && !hasBrowser()),
      interactive: attended,
      onBusy(milliseconds, status) {
        const { message, minutes } = waitFor(serverAt(endpoints, publicEndpoints.graph).words, status);
        waiting(message, milliseconds, minutes);
      },
      signal,
    });
    return graph;
  };
  const answers = await answersHere(given, migration?.answers ?? {}, { sandbox, attended });
  return {
    options,
    accountSid,
    endpoints,
    store,
    terminal,
    startedAt,
    notes,
    migration: migration && withAnswers(migration, answers, options.command),
    noteUnmet() {
      for (const sentence of byName.unmet()) notice(sentence);
    },
    begin: () => withAnswers(beginMigration(accountSid), answers, options.command),
    engine: {
      steps,
      store,
      person,
      signal,
      emit,
      accepted: byName.accept,
      pasted: (Object.keys(given) as InputName[]).filter(name => inputs[name].choices === undefined),
      context: (step, current) => ({
        get migration() {
          return current();
        },
        flex,
        login: flex,
        graph: () => openGraphOnce(current),
        signsInUnattended: signsInUnattended(environment),
        readDocument: documentReader(http),
        toPublic: url => toPublic(endpoints, url),
        visit: person.visit,
        async writeFile(file, text) {
          lock?.demand();
          replaceFile(file, text);
        },
        attended,
        ...(attended && { enough: awaitEnter }),
        signal,
        report: {
          note(message) {
            if (!notes.includes(message)) notes.push(message);
            // A plan is a result, and its notes are printed with it.
            if (!onlyShows(options)) emit({ type: 'note', step, message });
          },
          progress: (label, count, total) => emit({ type: 'progress', step, label, done: count, total }),
          ...(options.peopleCsv && { people: listed => writePeople(options.peopleCsv ?? '', listed) }),
        },
      }),
    },
  };
}

const directionOf = (command: string, { direction }: Migration) =>
  (({ migrate: 'forward', revert: 'back' }) as const)[command] ?? direction;

async function chosenEndpoints(options: CommandOptions, cloud: Cloud | undefined): Promise<Endpoints> {
  const file = options.endpoints || process.env.FLEX_SSO_ENDPOINTS;
  return file ? loadEndpoints(file, cloud) : endpointsOf(cloud);
}

async function openSandbox(options: CommandOptions, cloud: Cloud | undefined): Promise<Sandbox> {
  const { startSandbox } = await import('../sandbox/server.js');
  return startSandbox({
    dir: sandboxDirectory(options),
    cloud,
    faults: knownFaults(options.sandboxFault),
    breaks: knownBreaks(options.sandboxBreak),
  });
}

async function openOperator({ endpoints }: Sandbox): Promise<Pick<Person, 'perform' | 'visit'>> {
  const { createOperator } = await import('../sandbox/operator.js');
  return createOperator({ endpoints });
}

async function openGraph(
  current: () => Migration,
  options: Omit<SignInOptions, 'tenantId'> & Pick<GraphOptions, 'onBusy'>,
): Promise<GraphWriter> {
  const [{ createGraph }, { createSignIn }, { chooseTenant }] = await Promise.all([
    import('../identity-providers/entra/graph.js'),
    import('../identity-providers/entra/sign-in.js'),
    import('../identity-providers/entra/tenant.js'),
  ]);
  const tenantId = await chooseTenant(options, current());
  return createGraph({ ...options, accessToken: createSignIn({ ...options, tenantId }) });
}
