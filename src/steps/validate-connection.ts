import { FlexSsoError } from '../errors.js';
import { awaitCallback } from '../flex/callback.js';
import { checkEnhancedLogin } from '../flex/checks.js';
import { addTrustedUrl, logInElsewhere, logInHere } from '../flex/console.js';
import { callbackUrl, loginRedirectUrl } from '../flex/login.js';
import type { Evidence, Migration, WorkerRecord } from '../migration/state.js';
import type { Change, Check, ReadContext, Step, WriteContext } from '../migration/step.js';

/** Proves that a login through the enhanced connection works, and that it leads to the Worker that was there before. */
export const validateConnection: Step = {
  id: 'validate-connection',
  title: 'Validate the connection',
  applies: () => true,

  forward: {
    async observe({ flex, migration }) {
      const { answers, facts } = migration;
      if (facts.evidence || !facts.flex) return {};
      if (answers.login === 'skip') return { evidence: evidenceOf(migration, { source: 'none' }) };
      // Seen before anybody is asked to log in, so that what changes afterwards can be told.
      if (answers.login !== 'observe' || facts.workersBeforeLogin) return {};
      return { workersBeforeLogin: [...(await flex.workers(facts.flex.workspaceSid))] };
    },

    asks: ({ answers }) => (answers.login ? undefined : { input: 'login', suggestion: 'browser' }),

    async plan({ flex, migration }) {
      const { answers, facts } = migration;
      if (facts.evidence || !facts.connection) return [];
      const redirectUrl = answers.login === 'browser' ? callbackUrl(answers) : loginRedirectUrl(migration);
      const changes: Change[] = [];
      const trusted =
        answers.login !== 'browser' || (await flex.probe(facts.connection.name, redirectUrl)).reached !== 'error';
      if (!trusted) changes.push(manual('flexConsole', 'trusted-url', addTrustedUrl([redirectUrl])));
      const instruction = answers.login === 'browser' ? logInHere() : logInElsewhere(selfHostedSite(migration));
      return [...changes, manual('login', facts.connection.name, instruction)];
    },

    async apply(change, context) {
      if (change.resource !== 'login') return {};
      const { login } = context.migration.answers;
      return {
        evidence: login === 'browser' ? await logIn(context) : await lookForLogin(context),
        workersBeforeLogin: undefined,
      };
    },

    async verify(context) {
      const { evidence } = context.migration.facts;
      return [await checkEnhancedLogin(context), ...(evidence ? checkEvidence(evidence) : [])];
    },
  },
};

/** Its login starts at the site itself; a hosted Flex has a link in Console. */
const selfHostedSite = ({ answers }: Migration) =>
  answers.hosting === 'self-hosted' ? answers.redirectUrl : undefined;

type Instruction = NonNullable<Change['instruction']>;

function manual(resource: string, key: string, instruction: Instruction): Change {
  return { action: 'manual', resource, key, title: instruction.summary, before: null, after: null, instruction };
}

/** A login that comes back to this process: what Flex answers is the strongest evidence there is. */
async function logIn(context: WriteContext): Promise<Evidence> {
  const { login, migration, signal } = context;
  const { accountSid, answers, facts } = migration;
  const pending = login.begin(facts.connection?.name ?? '', callbackUrl(answers));
  const port = Number(new URL(callbackUrl(answers)).port);
  const { code } = await awaitCallback({ port, pending, signal, listening: () => context.visit(pending.url) });
  const result = await login.complete(pending, code);
  if (result.accountSid !== accountSid)
    throw new FlexSsoError(
      'login-elsewhere',
      `The login led to the account ${result.accountSid}, not to ${accountSid}.`,
      'Check that the connection is this account’s, and log in again.',
      { ending: 'verification' },
    );
  const { flexUserSid, workerSid, identity, nameId, roles } = result;
  const sameWorker = facts.workersBefore?.some(worker => worker.sid === workerSid);
  return evidenceOf(migration, {
    source: 'flex',
    accountSid,
    flexUserSid,
    workerSid,
    identity,
    nameId,
    roles: [...roles],
    ...(sameWorker !== undefined && { sameWorker }),
  });
}

/** A login elsewhere: TaskRouter shows that somebody logged in, not through which connection; without a change there is but a word. */
async function lookForLogin({ flex, migration }: ReadContext): Promise<Evidence> {
  const { workersBeforeLogin = [], flex: account } = migration.facts;
  const before = new Map(workersBeforeLogin.map(worker => [worker.sid, worker]));
  const workers = await flex.workers(account?.workspaceSid ?? '');
  const changed = workers.filter(worker => isChanged(before.get(worker.sid), worker));
  const worker = changed.find(({ sid }) => before.has(sid)) ?? changed[0];
  if (!worker) return evidenceOf(migration, { source: 'word' });
  return evidenceOf(migration, {
    source: 'taskrouter',
    workerSid: worker.sid,
    identity: worker.friendlyName,
    roles: worker.roles,
    sameWorker: before.has(worker.sid),
  });
}

const isChanged = (before: WorkerRecord | undefined, now: WorkerRecord) =>
  before?.dateUpdated !== now.dateUpdated || before.attributesDigest !== now.attributesDigest;

function evidenceOf(migration: Migration, found: Omit<Evidence, 'at' | 'connectionName'>): Evidence {
  return { ...found, at: new Date().toISOString(), connectionName: migration.facts.connection?.name ?? '' };
}

function checkEvidence(evidence: Evidence): Check[] {
  const { source, workerSid = '', nameId, identity, roles = [], sameWorker } = evidence;
  if (source === 'none')
    return [
      {
        name: 'login',
        result: 'unknown',
        strength: 'word',
        message: 'No login was tried: that was skipped on request.',
      },
    ];
  if (source === 'word')
    return [
      {
        name: 'login',
        result: 'unknown',
        strength: 'word',
        message: 'Somebody said that a login worked. No Worker changed, so it was not seen.',
        hint: 'Run `flex-sso validate --login browser` to prove it.',
      },
    ];
  const login: Check = {
    name: 'login',
    result: 'passed',
    strength: 'observed',
    message:
      source === 'flex'
        ? `Flex let ${nameId} in, as Worker ${workerSid} with the roles ${roles.join(', ')}.`
        : `The Worker ${workerSid} (${identity}) changed after the login, with the roles ${roles.join(', ')}. A login through the legacy connection would show the same.`,
  };
  const worker: Check = sameWorker
    ? {
        name: 'worker',
        result: 'passed',
        strength: 'observed',
        message: `${workerSid} was there before: no second Worker was made.`,
      }
    : {
        name: 'worker',
        result: 'unknown',
        strength: 'observed',
        message: `${workerSid} is a new Worker.`,
        hint: 'If this person had a Worker before, the NameID has changed: every agent would get a second, billed Worker. Look at the NameID before you finish.',
      };
  return [login, worker];
}
