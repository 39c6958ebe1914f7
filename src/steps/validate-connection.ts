import { FlexSsoError } from '../errors.js';
import { addTrustedUrl, logInElsewhere, logInHere as logInHereInstruction } from '../flex/console.js';
import { callbackUrl, loginRedirectUrl } from '../flex/login.js';
import type { Facts, Migration } from '../migration/state.js';
import type { Change, ReadContext, Step, WriteContext } from '../migration/step.js';
import { evidenceChecks, findingCheck } from '../validation/checks.js';
import { type Diagnosis, diagnose } from '../validation/diagnose.js';
import { evidenceOf } from '../validation/evidence.js';
import { logInHere } from '../validation/log-in.js';
import { loginFindings, together } from '../validation/login-findings.js';
import { observeLogin } from '../validation/observe-login.js';

/** Proves that a login through the enhanced connection works, and that it leads to the Worker that was there before; or says why not. */
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
      const loginAwaitedSince = new Date().toISOString();
      return { workersBeforeLogin: [...(await flex.workers(facts.flex.workspaceSid))], loginAwaitedSince };
    },

    asks: ({ answers }) => (answers.login ? undefined : { input: 'login', suggestion: 'browser' }),

    async plan(context) {
      const { migration } = context;
      const { answers, facts } = migration;
      if (facts.evidence || !facts.connection || wasRefused(migration)) return [];
      // Nobody is asked for a login of which it is seen already that it fails.
      if (isSetUp(migration) && hasError(await diagnose(context))) return [];
      const redirectUrl = answers.login === 'browser' ? callbackUrl(answers) : loginRedirectUrl(migration);
      const changes: Change[] = [];
      if (answers.login === 'browser' && !(await isTrusted(context, facts.connection.name, redirectUrl)))
        changes.push(manual('flexConsole', 'trusted-url', addTrustedUrl([redirectUrl])));
      const instruction =
        answers.login === 'browser' ? logInHereInstruction(redirectUrl) : logInElsewhere(selfHostedSite(migration));
      return [...changes, manual('login', facts.connection.name, instruction)];
    },

    async apply(change, context) {
      if (change.resource !== 'login') return confirmTrusted(context);
      const { login } = context.migration.answers;
      const facts = login === 'browser' ? await logIn(context) : await observeLogin(context);
      return { ...facts, workersBeforeLogin: undefined, loginAwaitedSince: undefined };
    },

    async verify(context) {
      const { evidence } = context.migration.facts;
      const { findings, checks } = await diagnose(context);
      const found = together(findings, loginFindings(context.migration));
      return [...found.map(findingCheck), ...checks, ...(evidence ? evidenceChecks(evidence) : [])];
    },
  },
};

/** Its login starts at the site itself; a hosted Flex has a link in Console. */
const selfHostedSite = ({ answers }: Migration) =>
  answers.hosting === 'self-hosted' ? answers.redirectUrl : undefined;

const hasError = ({ findings }: Diagnosis) => findings.some(({ severity }) => severity === 'error');

/** A preview comes here before there is anything to look at. */
const isSetUp = ({ completed, answers }: Migration) =>
  completed.includes(answers.setupType === 'modify' ? 'update-identity-provider' : 'enter-identity-provider-data');

/** Whether a login may return there. The data of a new connection bring the address along; a modified one does not have it. */
async function isTrusted({ flex, migration }: ReadContext, name: string, redirectUrl: string): Promise<boolean> {
  if (!isSetUp(migration)) return migration.answers.setupType !== 'modify';
  return (await flex.probe(name, redirectUrl)).reached !== 'error';
}

/** In this run; a later one asks for a login again, as the failed check has withdrawn this one. */
const wasRefused = ({ facts, journal }: Migration) =>
  facts.refusal !== undefined && journal.findLast(({ change }) => change.resource === 'login')?.status === 'applied';

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
    'Add it to the Trusted URLs in Console, save, and go on.',
    { ending: 'verification' },
  );
}

/** What Flex says against a login that returns here; undefined where it lets it. */
async function refusedAddress({ flex, migration }: ReadContext): Promise<string | undefined> {
  const probe = await flex.probe(migration.facts.connection?.name ?? '', callbackUrl(migration.answers));
  return probe.reached === 'error' ? probe.message : undefined;
}

/** Back to this process; where Flex does not allow that, anywhere, and observed. */
async function logIn(context: WriteContext): Promise<Facts> {
  const { flex, migration, report } = context;
  const untrusted = await refusedAddress(context);
  if (untrusted === undefined) return logInHere(context);
  report.note(
    `Flex does not send a login back here (${untrusted}), so it is observed instead: log in to Flex on any machine, in a private window.`,
  );
  const at = new Date().toISOString();
  const workers = await flex.workers(migration.facts.flex?.workspaceSid ?? '');
  await context.visit(loginRedirectUrl(migration));
  return observeLogin(context, { workers, at });
}
