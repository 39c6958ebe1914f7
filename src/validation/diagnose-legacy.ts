import { diagnoseAuthnRequest } from '../diagnosis/authn-request.js';
import { type Expected, legacyExpectedOf } from '../diagnosis/expected.js';
import { type Finding, findingOf, rank } from '../diagnosis/finding.js';
import { recognise } from '../diagnosis/recognise.js';
import { FlexSsoError } from '../errors.js';
import type { LoginPage, Probe } from '../flex/client.js';
import { loginRedirectUrl } from '../flex/login.js';
import type { ConfiguredApplication } from '../identity-providers/entra/configured.js';
import { valuesToRestore } from '../identity-providers/entra/restoration.js';
import type { Check, Migration } from '../migration/state.js';
import { isKeptNoLonger, legacyKeptUntil } from '../migration/status.js';
import type { ReadContext } from '../migration/step.js';
import { type Arrived, followedLogin } from './comparison.js';
import { type Diagnosis, inWords, resultOf } from './diagnose.js';
import { areClaimsHidden } from './legacy-answer.js';
import {
  type LegacyApplication,
  legacyApplicationFindings,
  onceRestored,
  readLegacyApplication,
  valuesOf,
} from './legacy-application.js';
import { asLegacy, isAway, legacyRole } from './legacy-finding.js';

/**
 * Follows a login through the legacy connection up to the password, as long as Flex keeps it: through it agents log in until the switch
 * and after a revert, and in between it is the way back. What is wrong with it never makes the enhanced connection a bad one.
 */
export async function diagnoseLegacy(context: ReadContext): Promise<LegacyDiagnosis> {
  const { migration } = context;
  if (!migration.facts.legacy || isKeptNoLonger(migration)) return { findings: [], checks: [] };
  const [probe, application] = await Promise.all([probeLegacy(context), readLegacyApplication(context)]);
  const seen: Seen = {
    probe,
    application,
    expected: legacyExpectedOf(migration, probe.reached === 'error' ? {} : probe.authnRequest),
    isReplaced: isReplaced(migration),
    leadsElsewhere: probe.reached !== 'error' && probe.authnRequest.issuer === migration.facts.connection?.entityId,
  };
  const findings = rank(findingsOf(seen, migration)).map(finding => asLegacy(finding, migration));
  const values = valuesOf(application);
  const unread = [
    ...(application === 'unreadable' ? [notRead] : []),
    ...(values && areClaimsHidden(values, migration) ? [claimsNotRead] : []),
  ];
  return {
    findings,
    checks: [legacyLogin(seen, findings, migration), ...unread],
    ...(values && { application: values }),
  };
}

interface LegacyDiagnosis extends Diagnosis {
  /** As it was read; absent if it was not, or is not there. */
  application?: ConfiguredApplication;
}

const notRead: Check = {
  name: 'legacy-application',
  result: 'unknown',
  strength: 'observed',
  message: 'The application that the legacy connection logs people in through could not be read, so it is not checked.',
  hint: 'Sign in to Microsoft Entra as someone who may read applications.',
};

const claimsNotRead: Check = {
  name: 'legacy-claims',
  result: 'unknown',
  strength: 'observed',
  message: 'Microsoft Graph showed the claims of the legacy application before the switch, and does not show them now.',
  hint: 'Compare them in Microsoft Entra, under Single sign-on > Attributes & Claims of that application, with what agents logged in with.',
};

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
    return { reached: 'error', status: 0, message: error.message, hint: error.hint };
  }
}

/** A modified application has the enhanced values alone where this migration has put them in the place of the legacy ones. */
function isReplaced(migration: Migration): boolean {
  const { answers, journal, direction } = migration;
  if (answers.setupType !== 'modify' || legacyRole(migration) === 'in-use') return false;
  if (answers.identityProvider === 'entra') return Object.values(valuesToRestore(migration)).flat().length > 0;
  // On the way back, what somebody was asked to enter counts as entered, and is replaced.
  const last = journal.findLast(({ change }) => change.resource === 'identityProvider');
  return last?.direction === 'forward' && (last.status === 'applied' || direction === 'back');
}

function findingsOf({ probe, expected, isReplaced, leadsElsewhere, ...seen }: Seen, migration: Migration) {
  const application = onceRestored(seen.application, migration);
  if (probe.reached === 'error')
    return [...refusals(probe, migration), ...legacyApplicationFindings(application, expected, migration)];
  if (leadsElsewhere) return legacyApplicationFindings(application, expected, migration);
  const { authnRequest: request, signed = false, ssoUrl, loginPage } = probe;
  const asked = diagnoseAuthnRequest({ request, signed, ssoUrl }, expected).findings;
  const ofEntra = legacyApplicationFindings(application, expected, migration, { ...request, signed, loginPage });
  const refused = loginPage?.refusal === undefined ? [] : recognise({ message: loginPage.refusal });
  // A form of the legacy values that nobody has heard of is right where it is taken.
  const isTaken = takesRequest(loginPage);
  // What follows from a cause that is seen, or is meant to be so, is no cause of its own.
  const isElsewhere = asked.some(({ code }) => code === 'tenant-wrong');
  const isMissing = ofEntra.some(({ code }) => code === 'application-missing');
  const isExpired = ofEntra.some(({ code }) => ['certificate-expired', 'certificate-not-yet-valid'].includes(code));
  const ofValues = ['entity-id-unknown', 'acs-url-mismatch', 'tenant-wrong'];
  return [
    ...asked.filter(({ code }) => !(isTaken && ofValues.includes(code) && code !== 'tenant-wrong')),
    ...ofEntra,
    ...(isElsewhere ? [] : refused)
      .filter(({ code }) => !((isReplaced || isMissing) && ofValues.includes(code)))
      .filter(({ code }) => !(isExpired && code === 'signing-key-missing')),
  ];
}

/** Why Flex does not begin a login. */
function refusals(probe: Extract<Probe, { reached: 'error' }>, migration: Migration): Finding[] {
  const { status, code, message, unreadable } = probe;
  if (unreadable) return [findingOf('request-malformed', message)];
  // Nobody answered, too late, or in the place of Flex: that is no word on the connection.
  if (!status) return [];
  const found = recognise({ code, message });
  const known = found.filter(cause => !isAway(migration) || cause.code !== 'legacy-settings-broken');
  if (known.length > 0) return known;
  return [findingOf('legacy-switched-off', said(probe), { certainty: 'likely', severity: 'error' })];
}

function legacyLogin(seen: Seen, findings: readonly Finding[], migration: Migration): Check {
  const { probe, application, ...against } = seen;
  const values = valuesOf(application);
  const check = {
    name: 'legacy-login',
    strength: 'observed',
    probe: followedLogin('legacy', probe, { ...against, application: values }),
  } as const;
  // Another NameID leads somewhere, though not to whom it should.
  const isBroken = findings.some(({ code, severity }) => severity !== 'info' && code !== 'name-id-changed');
  const result = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'unknown';
  if (probe.reached === 'error')
    return {
      ...check,
      result,
      message: probe.status
        ? 'A login through the legacy connection does not reach the identity provider.'
        : 'Whether a login through the legacy connection reaches the identity provider is not known.',
      seen: said(probe),
      ...(probe.hint !== undefined && { hint: probe.hint }),
    };
  const goes = `A login through the legacy connection goes to ${probe.ssoUrl}, as ${probe.authnRequest.issuer}`;
  if (seen.leadsElsewhere)
    return { ...check, result, message: `${goes}: Flex leads it to the enhanced connection by now.` };
  if (isBroken) return { ...check, result, message: `${goes}, and likely fails.` };
  // A way back that was cut off may have put them in again without recording it.
  if (seen.isReplaced && !takesRequest(probe.loginPage))
    return { ...check, result: 'passed', message: `${goes}. ${onPurpose}${openUntil(migration)}` };
  const refusal = probe.loginPage?.refusal;
  if (refusal === undefined)
    return { ...check, result: resultOf(probe.loginPage), message: goes + ending(probe, migration) };
  return { ...check, result, message: `${goes}; its login page says something (best effort).`, seen: refusal };
}

const takesRequest = (loginPage: LoginPage | undefined): boolean =>
  loginPage !== undefined && loginPage.refusal === undefined && loginPage.unclear === undefined;

const onPurpose =
  'The identity provider does not have the legacy values any more, on purpose: the way back goes through `flex-sso revert`, which puts them in again.';

const ending = ({ loginPage }: Arrived, migration: Migration) => `${inWords(loginPage)}.${openUntil(migration)}`;

function openUntil(migration: Migration): string {
  const until = legacyKeptUntil(migration)?.slice(0, 10);
  return until ? ` The way back is open until ${until}.` : '';
}

const said = ({ code, status, message }: Extract<Probe, { reached: 'error' }>) =>
  status ? `${code ?? `HTTP ${status}`}: ${message}` : message;
