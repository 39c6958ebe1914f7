import { FlexSsoError } from '../errors.js';
import { demandFreePort } from '../flex/callback.js';
import { addTrustedUrl, logInElsewhere, logInHere as logInHereInstruction } from '../flex/console.js';
import { callbackUrl } from '../flex/login.js';
import type { Facts } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';
import type { Change, ReadContext, Refused, Step } from '../migration/step.js';
import { evidenceChecks, findingCheck } from '../validation/checks.js';
import { type Diagnosis, diagnose } from '../validation/diagnose.js';
import { evidenceOf } from '../validation/evidence.js';
import { logInHere } from '../validation/log-in.js';
import { loginFindings, together } from '../validation/login-findings.js';
import { observeLogin } from '../validation/observe-login.js';
import { warnOfNewWorkers } from '../validation/without-worker.js';

/** Proves that a login through the enhanced connection works, and that it leads to the Worker that was there before; or says why not. */
export const validateConnection: Step = {
  id: 'validate-connection',
  title: 'Validate the connection',
  applies: () => true,

  forward: {
    async observe(context) {
      const { migration } = context;
      const { answers, facts } = migration;
      if (!facts.flex || (facts.evidence && !facts.loginAwaitedSince)) return {};
      // What was seen before stays: it is only not looked at again.
      if (answers.login === 'skip')
        return { evidence: facts.evidence ?? evidenceOf(migration, { source: 'none' }), ...nothingAwaited };
      if (isClaimed(migration))
        return { evidence: evidenceOf(migration, { source: 'word', seenBy: ['word'] }), ...nothingAwaited };
      if (answers.login === 'browser' && facts.workersBeforeLogin && !(await isStillRefused(context)))
        return { workersBeforeLogin: undefined, callbackRefused: undefined };
      // Seen before anybody is asked to log in, so that what changes afterwards can be told.
      if (answers.login !== 'observe' || facts.workersBeforeLogin) return {};
      return snapshot(context);
    },

    asks: ({ answers }) => (answers.login ? undefined : { input: 'login', suggestion: 'browser' }),

    async plan(context) {
      const { migration } = context;
      const { answers, facts } = migration;
      const isSettled = (facts.evidence || wasRefused(migration)) && !facts.loginAwaitedSince;
      if (isSettled || !facts.connection) return [];
      // Nobody is asked for a login of which it is seen already that it fails.
      if (isSetUp(migration) && hasError(await diagnose(context))) return [];
      const warning = isSetUp(migration) ? await warnOfNewWorkers(context) : undefined;
      const login = (instruction: Instruction) => manual('login', facts.connection?.name ?? '', instruction);
      if (isObserved(migration)) return [login(logInElsewhere(selfHostedSite(migration), warning))];
      const address = callbackUrl(answers);
      // Before anybody enters the port in Console.
      if (isSetUp(migration)) await demandFreePort(Number(new URL(address).port));
      const trusted = await isTrusted(context, facts.connection.name, address);
      return [
        ...(trusted ? [] : [manual('flexConsole', 'trusted-url', addTrustedUrl([address]))]),
        login(logInHereInstruction(address, warning)),
      ];
    },

    isDone: async ({ resource }, context) =>
      resource === 'login' ? undefined : (await refusedAddress(context)) === undefined,

    async apply(change, context, saw) {
      if (change.resource !== 'login') return confirmTrusted(context);
      const isHere = !isObserved(context.migration);
      const untrusted = isHere ? await refusedAddress(context) : undefined;
      if (untrusted !== undefined) return observeInstead(context, untrusted);
      const facts = isHere ? await logInHere(context) : await observeLogin(context, saw);
      return { ...facts, ...nothingAwaited };
    },

    /** A refused login stays refused, and one that led to the wrong Worker did: only another login can show something else. */
    redo({ facts }) {
      const isDoubted = facts.evidence?.doubts?.some(({ severity }) => severity === 'error');
      const loginAwaitedSince = new Date().toISOString();
      // What was seen of an earlier login stays until the next one has an outcome.
      return facts.refusal || isDoubted ? { refusal: undefined, loginAwaitedSince } : undefined;
    },

    async verify(context) {
      const { migration, loginsCountFrom } = context;
      const { evidence, refusal } = migration.facts;
      const { findings, checks } = await diagnose(context);
      const found = together(findings, loginFindings(migration));
      // A login was tried after the one of the evidence, and is among the findings.
      const ofLogin = evidence && !refusal ? evidenceChecks(evidence, loginsCountFrom) : [];
      return [...found.map(findingCheck), ...checks, ...ofLogin];
    },
  },
};

/** Its login starts at the site itself; a hosted Flex has a link in Console. */
const selfHostedSite = ({ answers }: Migration) =>
  answers.hosting === 'self-hosted' ? answers.redirectUrl : undefined;

const hasError = ({ findings }: Diagnosis) => findings.some(({ severity }) => severity === 'error');

/** Whether Flex and the identity provider have each other's values; a preview comes here before there is anything to look at. */
export const isSetUp = ({ completed, answers }: Migration) =>
  completed.includes(answers.setupType === 'modify' ? 'update-identity-provider' : 'enter-identity-provider-data');

/** Whether a login may return there. The data of a new connection bring the address along; a modified one does not have it. */
async function isTrusted({ flex, migration }: ReadContext, name: string, redirectUrl: string): Promise<boolean> {
  if (!isSetUp(migration)) return migration.answers.setupType !== 'modify';
  return (await flex.probe(name, redirectUrl)).reached !== 'error';
}

const lastLogin = ({ journal }: Migration) => journal.findLast(({ change }) => change.resource === 'login');

/** In this run; a later one asks for a login again, as the failed check has withdrawn this one. */
const wasRefused = (migration: Migration) =>
  migration.facts.refusal !== undefined && lastLogin(migration)?.status === 'applied';

/** Somebody went on all the same, although the login that was awaited was not seen. */
function isClaimed(migration: Migration): boolean {
  const { refusal, loginAwaitedSince = '' } = migration.facts;
  const login = lastLogin(migration);
  return !refusal && login?.status === 'applied' && login.intendedAt >= loginAwaitedSince;
}

const nothingAwaited = { workersBeforeLogin: undefined, loginAwaitedSince: undefined, callbackRefused: undefined };

/** A login that was to come back here and cannot is observed as well. */
const isObserved = ({ answers, facts }: Migration) =>
  answers.login !== 'browser' || facts.callbackRefused === callbackUrl(answers);

const isStillRefused = async (context: ReadContext) =>
  isObserved(context.migration) && (await refusedAddress(context)) !== undefined;

/** How it is before somebody logs in elsewhere. */
async function snapshot({ flex, migration }: ReadContext): Promise<Facts> {
  const loginAwaitedSince = new Date().toISOString();
  return { workersBeforeLogin: [...(await flex.workers(migration.facts.flex?.workspaceSid ?? ''))], loginAwaitedSince };
}

type Instruction = NonNullable<Change['instruction']>;

function manual(resource: string, key: string, instruction: Instruction): Change {
  return { action: 'manual', resource, key, title: instruction.summary, before: null, after: null, instruction };
}

/** Where its address is not among the Trusted URLs, a login would never come back. */
async function confirmTrusted(context: ReadContext): Promise<Facts> {
  const untrusted = await refusedAddress(context);
  if (untrusted === undefined) return {};
  throw new FlexSsoError(
    'url-not-trusted',
    `Flex does not let a login return to ${callbackUrl(context.migration.answers)} yet: ${untrusted}`,
    'Add it to the Trusted URLs in Console and save. Where nobody can do that now, go on all the same: then the login is observed instead.',
    { ending: 'verification' },
  );
}

/** What Flex says against a login that returns here; undefined where it lets it. */
async function refusedAddress({ flex, migration }: ReadContext): Promise<string | undefined> {
  const probe = await flex.probe(migration.facts.connection?.name ?? '', callbackUrl(migration.answers));
  return probe.reached === 'error' ? probe.message : undefined;
}

/** Another plan: the login takes place elsewhere, and is observed. */
async function observeInstead(context: ReadContext, untrusted: string): Promise<Refused> {
  const address = callbackUrl(context.migration.answers);
  context.report.note(
    `Flex does not send a login back to ${address}: ${untrusted}. So the login takes place elsewhere, and flex-sso watches what it ` +
      'leaves behind.',
  );
  return { refused: await awaitedElsewhere(context) };
}

/** A login that was to come back here takes place elsewhere, from now on. */
export const awaitedElsewhere = async (context: ReadContext): Promise<Facts> => ({
  ...(await snapshot(context)),
  callbackRefused: callbackUrl(context.migration.answers),
});
