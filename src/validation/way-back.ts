import { type Finding, fixInWords } from '../diagnosis/finding.js';
import { legacyWords } from '../diagnosis/legacy-words.js';
import { FlexSsoError } from '../errors.js';
import type { Check, Migration } from '../migration/state.js';
import { isKeptNoLonger, legacyKeptUntil } from '../migration/status.js';
import type { ReadContext } from '../migration/step.js';
import { findingCheck } from './checks.js';
import { diagnoseLegacy } from './diagnose-legacy.js';
import { holdsValues } from './held-values.js';
import { checkNobodyLeftOut } from './left-out.js';

/**
 * Whether a login through the legacy connection works, before anything leads to it. What `revert` puts in again counts as there. Throws
 * 'way-back-closed' and 'legacy-login-broken'; a check that did not pass says what is not certain.
 */
export async function checkWayBack(context: ReadContext): Promise<Check[]> {
  const { migration } = context;
  if (isKeptNoLonger(migration)) throw (await areEnhancedOut(context)) ? stuck(migration) : closed(migration);
  const { findings, checks, application } = await lookAtLegacy(context);
  demandUnbroken(findings, 'Nothing was changed in this run');
  const leftOut = application ? await checkNobodyLeftOut(context, application) : [];
  return [...findings.map(findingCheck), ...checks, ...leftOut];
}

/**
 * What agents and the one who goes back have to know while Flex still uses the enhanced connection: that nobody can log in (`failed`), or
 * that the way back has closed. Undefined if neither is so.
 */
export async function halfWayBack(context: ReadContext): Promise<Check | undefined> {
  const { migration } = context;
  const areOut = await areEnhancedOut(context);
  const isLate = isKeptNoLonger(migration);
  if (!areOut && !isLate) return undefined;
  const late = areOut ? stuck(migration) : closed(migration);
  const { code: name, message, hint } = isLate ? late : switchAwaited;
  return { name, result: areOut ? 'failed' : 'unknown', strength: 'observed', message, hint };
}

/** Throws 'legacy-login-broken' unless agents can do without the enhanced values. */
export async function assertEnhancedMayGo(context: ReadContext): Promise<void> {
  const { findings } = await lookAtLegacy(context);
  demandUnbroken(findings, 'The enhanced values stay in the identity provider');
}

function demandUnbroken(findings: readonly Finding[], consequence: string): void {
  const broken = findings.filter(({ severity }) => severity === 'error');
  if (broken.length === 0) return;
  const why = broken.map(({ message, evidence }) => `${message} ${evidence}`).join(' ');
  const isFinal = broken.some(({ code }) => legacyWords[code]?.isFinal);
  throw new FlexSsoError(
    'legacy-login-broken',
    `${consequence}, because the legacy login does not work: ${why}`,
    [
      ...broken.map(({ fix }) => fixInWords(fix)),
      ...(isFinal ? [] : ['Once it works, run `flex-sso revert` again.']),
    ].join(' '),
    { ending: 'verification' },
  );
}

/** The same as checks, once something has led to it. */
export async function verifyLegacyLogin(context: ReadContext): Promise<Check[]> {
  const { findings, checks } = await lookAtLegacy(context);
  return [...checks, ...findings.map(findingCheck)];
}

async function lookAtLegacy(context: ReadContext) {
  if (!context.migration.facts.legacy) return { findings: [], checks: [neverSeen], application: undefined };
  const { checks, ...diagnosis } = await diagnoseLegacy(context);
  // Each request of a login is for `validate` to show.
  return { ...diagnosis, checks: checks.map(({ probe: _, ...check }) => check) };
}

const neverSeen: Check = {
  name: 'legacy-login',
  result: 'unknown',
  strength: 'observed',
  message: 'Flex showed no legacy connection when the migration began.',
  hint: 'See in Flex Console whether there is one.',
};

/** Whether the identity provider no longer has the values of the enhanced connection: a way back that was begun took them out. */
async function areEnhancedOut(context: ReadContext): Promise<boolean> {
  const { answers, facts } = context.migration;
  if (answers.setupType !== 'modify' || !facts.connection) return false;
  return (await holdsValues(context, 'enhanced')) === false;
}

const guideSays = (migration: Migration) =>
  `Twilio’s guide says that Flex keeps the legacy details for 30 days after Finish. That was until ${legacyKeptUntil(migration)?.slice(0, 10)}.`;

const nobodyIn =
  'The identity provider does not have the values of the enhanced connection, and Flex still uses that connection. So nobody can log in';

/** The way back was begun, and can be completed. */
const switchAwaited = {
  code: 'switch-awaited',
  message: `${nobodyIn} until Flex Console is switched.`,
  hint: 'Run `flex-sso revert`: it shows what to click. `flex-sso migrate` puts the enhanced values back instead.',
};

/** The way back was begun in time, and not completed. */
const stuck = (migration: Migration) =>
  new FlexSsoError(
    'way-back-closed',
    `${nobodyIn}. The way back likely cannot be completed: ${guideSays(migration)}`,
    'Run `flex-sso migrate`: it puts the enhanced values back. If Console still shows “switch back to legacy connection”, you can click it ' +
      'instead; then `flex-sso revert` does the rest.',
    { ending: 'verification' },
  );

function closed(migration: Migration): FlexSsoError {
  const { answers, journal } = migration;
  const isBegun = journal.findLast(({ appliedAt }) => appliedAt !== undefined)?.direction === 'back';
  const withGap =
    answers.setupType === 'modify' && !isBegun
      ? ' Logins are then denied until that is done, so choose a quiet time.'
      : '';
  const stay = isBegun
    ? 'Run `flex-sso migrate`: it goes forward again, and undoes what the way back has changed.'
    : 'Stay on the enhanced connection: `flex-sso validate` says what is wrong with a login.';
  return new FlexSsoError(
    'way-back-closed',
    `Nothing was changed in this run, and the enhanced connection stays in use. ${guideSays(migration)}`,
    `${stay} If Console still shows “switch back to legacy connection”, you can click it; then \`flex-sso revert\` does the rest.${withGap}`,
    { ending: 'verification' },
  );
}
