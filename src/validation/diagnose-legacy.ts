import { diagnoseAuthnRequest } from '../diagnosis/authn-request.js';
import { type Expected, legacyExpectedOf } from '../diagnosis/expected.js';
import { type Finding, findingOf, rank } from '../diagnosis/finding.js';
import { recognise } from '../diagnosis/recognise.js';
import { FlexSsoError } from '../errors.js';
import type { Probe } from '../flex/client.js';
import { loginRedirectUrl } from '../flex/login.js';
import type { Check, Migration } from '../migration/state.js';
import { legacyKeptUntil } from '../migration/status.js';
import type { ReadContext } from '../migration/step.js';
import { type Arrived, followedLogin } from './comparison.js';
import { type Diagnosis, inWords } from './diagnose.js';
import { type LegacyApplication, legacyApplicationFindings, readLegacyApplication } from './legacy-application.js';
import { asLegacy, legacyRole } from './legacy-finding.js';

/**
 * Follows a login through the legacy connection up to the password, as long as Flex keeps it: through it agents log in until the switch
 * and after a revert, and in between it is the way back. What is wrong with it never makes the enhanced connection a bad one.
 */
export async function diagnoseLegacy(context: ReadContext): Promise<Diagnosis> {
  const { migration } = context;
  const until = legacyKeptUntil(migration);
  if (!migration.facts.legacy || (until && Date.parse(until) < Date.now())) return { findings: [], checks: [] };
  const [probe, application] = await Promise.all([probeLegacy(context), readLegacyApplication(context)]);
  const seen: Seen = {
    probe,
    application,
    expected: legacyExpectedOf(migration, probe.reached === 'error' ? {} : probe.authnRequest),
    isReplaced: isReplaced(migration),
    leadsElsewhere: probe.reached !== 'error' && probe.authnRequest.issuer === migration.facts.connection?.entityId,
  };
  const findings = rank(findingsOf(seen, migration)).map(finding => asLegacy(finding, migration));
  return { findings, checks: [legacyLogin(seen, findings, migration)] };
}

interface Seen {
  probe: Probe;
  application: LegacyApplication;
  expected: Expected;
  /** The legacy values were taken out of the application on purpose, and `revert` puts them in again. */
  isReplaced: boolean;
  /** The legacy login asks for the enhanced connection: whether Flex does so once that is active is not documented. */
  leadsElsewhere: boolean;
}

async function probeLegacy({ flex, migration }: ReadContext): Promise<Probe> {
  try {
    return await flex.probeLegacy(loginRedirectUrl(migration), { askLoginPage: true });
  } catch (error) {
    if (!(error instanceof FlexSsoError)) throw error;
    return { reached: 'error', status: 0, message: error.message };
  }
}

/** A modified application has the enhanced values alone where this migration has put them in the place of the legacy ones. */
function isReplaced(migration: Migration): boolean {
  const { answers, completed, journal, facts } = migration;
  if (answers.setupType !== 'modify' || legacyRole(migration) === 'in-use') return false;
  if (answers.identityProvider !== 'entra') return completed.includes('update-identity-provider');
  const written = journal.findLast(
    ({ status, change }) => status === 'applied' && change.resource === 'identifierUris',
  );
  const after = written?.change.after;
  return Array.isArray(after) && !after.includes(facts.legacy?.entityId ?? '');
}

function findingsOf({ probe, application, expected, isReplaced, leadsElsewhere }: Seen, migration: Migration) {
  if (probe.reached === 'error') return [...refusals(probe, migration), ...legacyApplicationFindings(application)];
  if (leadsElsewhere) return [];
  const { authnRequest: request, signed = false, ssoUrl, loginPage } = probe;
  const asked = diagnoseAuthnRequest({ request, signed, ssoUrl }, expected).findings;
  const ofEntra = legacyApplicationFindings(application, { probe, isReplaced });
  const refused = loginPage?.refusal === undefined ? [] : recognise({ message: loginPage.refusal });
  // A form of the legacy values that nobody has heard of is right where it is taken.
  const isTaken = loginPage && loginPage.refusal === undefined && loginPage.unclear === undefined;
  // What follows from a cause that is seen, or is meant to be so, is no cause of its own.
  const isElsewhere = asked.some(({ code }) => code === 'tenant-wrong');
  const isMissing = ofEntra.some(({ code }) => code === 'application-missing');
  const ofValues = ['entity-id-unknown', 'acs-url-mismatch', 'tenant-wrong'];
  return [
    ...asked.filter(({ code }) => !(isTaken && ofValues.includes(code) && code !== 'tenant-wrong')),
    ...ofEntra,
    ...(isElsewhere ? [] : refused).filter(({ code }) => !((isReplaced || isMissing) && ofValues.includes(code))),
  ];
}

/** Why Flex does not begin a login. */
function refusals(probe: Extract<Probe, { reached: 'error' }>, migration: Migration): Finding[] {
  const { status, code, message, unreadable } = probe;
  if (unreadable) return [findingOf('request-malformed', message)];
  // Nobody answered, or too late: that is no word on the connection.
  if (!status) return [];
  const found = recognise({ code, message });
  const isKept = legacyRole(migration) !== 'way-back';
  const known = found.filter(cause => isKept || cause.code !== 'legacy-settings-broken');
  return known.length > 0 ? known : [findingOf('legacy-switched-off', said(probe), { certainty: 'likely' })];
}

function legacyLogin(seen: Seen, findings: readonly Finding[], migration: Migration): Check {
  const { probe, application, ...against } = seen;
  const values = application === 'missing' ? undefined : application;
  const check = {
    name: 'legacy-login',
    strength: 'observed',
    probe: followedLogin('legacy', probe, { ...against, application: values }),
  } as const;
  const isBroken = findings.some(({ severity }) => severity !== 'info');
  const result = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'unknown';
  if (probe.reached === 'error')
    return {
      ...check,
      result,
      message: probe.status
        ? 'A login through the legacy connection does not reach the identity provider.'
        : 'Whether a login through the legacy connection reaches the identity provider is not known.',
      seen: said(probe),
    };
  const goes = `A login through the legacy connection goes to ${probe.ssoUrl}, as ${probe.authnRequest.issuer}`;
  if (seen.leadsElsewhere)
    return { ...check, result, message: `${goes}: Flex leads it to the enhanced connection by now.` };
  if (isBroken) return { ...check, result, message: `${goes}, and is likely refused there.` };
  if (seen.isReplaced) return { ...check, result: 'passed', message: `${goes}. ${onPurpose}` };
  const refusal = probe.loginPage?.refusal;
  if (refusal === undefined) return { ...check, result: 'passed', message: goes + ending(probe, migration) };
  return { ...check, result, message: `${goes}; its login page says something (best effort).`, seen: refusal };
}

const onPurpose =
  'The identity provider does not have the legacy values any more, on purpose: the way back goes through `flex-sso revert`, which puts them in again.';

function ending({ loginPage }: Arrived, migration: Migration): string {
  const until = legacyKeptUntil(migration)?.slice(0, 10);
  return `${inWords(loginPage)}.${until ? ` The way back is open until ${until}.` : ''}`;
}

const said = ({ code, status, message }: Extract<Probe, { reached: 'error' }>) =>
  status ? `${code ?? `HTTP ${status}`}: ${message}` : message;
