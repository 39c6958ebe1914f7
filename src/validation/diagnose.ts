import { diagnoseAuthnRequest } from '../diagnosis/authn-request.js';
import { type Expected, expectedOf } from '../diagnosis/expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from '../diagnosis/finding.js';
import { recognise } from '../diagnosis/recognise.js';
import type { Connection, LoginPage, Probe } from '../flex/client.js';
import { loginRedirectUrl } from '../flex/login.js';
import type { Check, Migration } from '../migration/state.js';
import type { ReadContext } from '../migration/step.js';
import { followedLogin } from './comparison.js';
import { diagnoseEntra } from './diagnose-entra.js';
import { flexUiFindings } from './flex-ui-findings.js';
import { holdsValues } from './held-values.js';

/** What can be seen of a connection without anybody logging in. */
export interface Diagnosis {
  /** The one to mend first at the front. */
  findings: readonly Finding[];
  /** What was looked at and found right, and what could not be looked at. */
  checks: readonly Check[];
}

/** Follows a login up to the password, and holds what Flex and Entra show against what they should. Nobody is asked anything. */
export async function diagnose(context: ReadContext): Promise<Diagnosis> {
  const { flex, migration } = context;
  const { connection } = migration.facts;
  if (!connection) return { findings: [], checks: [] };
  const listing = flex.connections();
  const [listed, probe, ofEntra, ofFlexUi] = await Promise.all([
    listing,
    flex.probe(connection.name, loginRedirectUrl(migration), { askLoginPage: true }),
    diagnoseEntra(context),
    listing.then(connections => flexUiFindings(context, connections)),
  ]);
  const expected = expectedOf(migration);
  const { application, findings: inEntra } = ofEntra;
  const ofProbe = probeFindings(probe, migration, expected);
  const followed = followedLogin('enhanced', probe, { expected, application });
  return {
    findings: rank([
      ...(await listFindings(listed, context, probe)),
      ...ofFlexUi,
      ...withoutGuesses(ofProbe, inEntra),
      ...inEntra.filter(({ code }) => !(code === 'signed-request-required' && isSigned(probe))),
    ]),
    checks: [{ ...enhancedLogin(probe, ofProbe), probe: followed }, ...ofEntra.checks],
  };
}

/** Whose signature Entra then verifies, and may refuse, on its own page. */
const isSigned = (probe: Probe) => probe.reached === 'identity-provider' && probe.signed === true;

/** What the login page says is the consequence; where Entra shows why, only that is said. */
function withoutGuesses(ofProbe: readonly Finding[], ofEntra: readonly Finding[]): Finding[] {
  const explained = (consequence: string, causes: readonly string[]) => (finding: Finding) =>
    finding.code !== consequence || !ofEntra.some(({ code }) => causes.includes(code));
  return ofProbe
    .filter(
      explained('entity-id-unknown', [
        'entity-id-legacy',
        'connection-wrong',
        'connection-other-account',
        'application-missing',
      ]),
    )
    .filter(explained('acs-url-mismatch', ['entity-id-legacy', 'connection-wrong', 'connection-other-account']))
    .filter(explained('signing-key-missing', ['certificate-expired', 'certificate-not-yet-valid']));
}

async function listFindings(listed: readonly Connection[], context: ReadContext, probe: Probe): Promise<Finding[]> {
  const { facts, answers, accountSid } = context.migration;
  const found = listed.find(({ name }) => name === facts.connection?.name);
  const names = listed.map(({ name }) => name).join(', ') || 'none';
  // Whether one is listed before its setup is finished is not documented.
  if (!found)
    return probe.reached === 'error' && facts.finishedAt
      ? [findingOf('connection-missing', `Flex lists ${names} for the account.`)]
      : [];
  if (found.accountSid !== accountSid)
    return [findingOf('connection-other-account', `Flex lists it for the account ${found.accountSid}.`)];
  const recorded = facts.connection?.clientId;
  return [
    ...(!found.active && facts.finishedAt ? [await inactive(context)] : []),
    ...(answers.hosting === 'self-hosted' && recorded && recorded !== found.clientId
      ? [findingOf('oauth-object-stale', `clientId is ${found.clientId} now; appconfig.js was given ${recorded}.`)]
      : []),
  ];
}

/** A connection that was finished, and that Flex does not use. Console has no switch that leads to a modified one again. */
async function inactive(context: ReadContext): Promise<Finding> {
  const evidence = 'Flex lists the enhanced connection as not active.';
  if (context.migration.answers.setupType !== 'modify') return findingOf('connection-inactive', evidence);
  const isNobodyIn = (await holdsValues(context, 'legacy')) === false;
  return findingOf(isNobodyIn ? 'legacy-values-missing' : 'connection-switched-back', evidence);
}

/** How far a login comes, and what Flex asks of the identity provider on the way. */
function probeFindings(probe: Probe, { answers }: Migration, expected: Expected): Finding[] {
  const options = { identityProvider: expected.identityProvider };
  if (probe.reached === 'error') {
    if (probe.unreadable) return [findingOf('request-malformed', probe.message, options)];
    const found = recognise({ code: probe.code, message: probe.message }, options);
    if (found.length === 0)
      return [findingOf('flex-validation-failed', probe.message, { ...options, certainty: 'likely' })];
    return answers.hosting === 'self-hosted' && found.some(({ code }) => code === 'trusted-url-missing')
      ? [...found, defaultRedirectUrl(options)]
      : found;
  }
  const { authnRequest: request, signed = false, ssoUrl, loginPage } = probe;
  const asked = diagnoseAuthnRequest({ request, signed, ssoUrl }, expected).findings;
  const refused = loginPage?.refusal === undefined ? [] : recognise({ message: loginPage.refusal }, options);
  // A tenant that knows nothing of the application is the consequence of being the wrong one.
  const isElsewhere = asked.some(({ code }) => code === 'tenant-wrong');
  return [...asked, ...(isElsewhere ? [] : refused)];
}

/** It holds the same address where a site of its own runs Flex UI, and cannot be read. */
const defaultRedirectUrl = (options: FindingOptions) =>
  findingOf('redirect-url-wrong', 'What it holds cannot be seen from outside: compare it while you are at it.', {
    ...options,
    severity: 'warning',
    certainty: 'likely',
  });

function enhancedLogin(probe: Probe, findings: readonly Finding[]): Check {
  const check = { name: 'enhanced-login', strength: 'observed' } as const;
  if (probe.reached === 'error')
    return {
      ...check,
      result: 'failed',
      message: 'A login through the enhanced connection does not reach the identity provider.',
      seen: `${probe.code ?? `HTTP ${probe.status}`}: ${probe.message}`,
      hint: 'Check in Console that every value was saved.',
    };
  const { ssoUrl, authnRequest, loginPage } = probe;
  const refusal = loginPage?.refusal;
  if (refusal !== undefined)
    return {
      ...check,
      // Such a page is made for people: words that nobody knows may mean something else.
      result: findings.length > 0 ? 'failed' : 'unknown',
      message: 'The login page of the identity provider refuses the request (best effort: read from its error page).',
      seen: refusal,
    };
  const goes = `A login through the enhanced connection goes to ${ssoUrl}, as ${authnRequest.issuer}`;
  return { ...check, result: resultOf(loginPage), message: `${goes}${inWords(loginPage)}.` };
}

/** A page that nobody has seen, or that nobody knows, says nothing for a login. */
export const resultOf = (loginPage: LoginPage | undefined) =>
  loginPage?.unclear === undefined ? 'passed' : ('unknown' as const);

/** What the login page makes of a request that it does not refuse, as the end of a sentence. */
export function inWords(loginPage: LoginPage | undefined): string {
  if (!loginPage) return '';
  const { unclear } = loginPage;
  return unclear === undefined
    ? ', and its login page takes the request, as far as the page shows'
    : `; what its login page says is not known: ${unclear}`;
}
