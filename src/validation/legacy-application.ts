import { difference } from '../diagnosis/addresses.js';
import type { Expected } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import { FlexSsoError } from '../errors.js';
import type { LoginPage } from '../flex/client.js';
import { type ConfiguredApplication, readConfigured } from '../identity-providers/entra/configured.js';
import { explain, isRefusedForGood } from '../identity-providers/entra/refusals.js';
import { valuesToRestore } from '../identity-providers/entra/restoration.js';
import type { Migration, ReadContext } from '../migration/step.js';
import { certificateFindings, standingFindings } from './application-findings.js';
import { answerFindings, formerAnswerFindings, formerCertificateFindings } from './legacy-answer.js';

/**
 * The application that the legacy connection logs people in through, as Entra shows it now. `unreadable`: this sign-in may not look at it;
 * undefined: it is not in Entra, or it is not known which one it is.
 */
export type LegacyApplication = ConfiguredApplication | 'missing' | 'unreadable' | undefined;

export async function readLegacyApplication(context: ReadContext): Promise<LegacyApplication> {
  const { answers, facts } = context.migration;
  if (answers.identityProvider !== 'entra' || !facts.legacyApplication) return undefined;
  try {
    const graph = await context.graph();
    return (await readConfigured(graph, facts.legacyApplication)) ?? 'missing';
  } catch (error) {
    if (isRefusedForGood(error) || (error instanceof FlexSsoError && error.ending === 'permission'))
      return 'unreadable';
    throw explain(error);
  }
}

/** What there was to read. */
export const valuesOf = (application: LegacyApplication): ConfiguredApplication | undefined =>
  typeof application === 'object' ? application : undefined;

/** The application as it is once `flex-sso revert` has put in again what this migration has taken out. */
export function onceRestored(application: LegacyApplication, migration: Migration): LegacyApplication {
  if (typeof application !== 'object') return application;
  const { identifierUris, redirectUris } = valuesToRestore(migration);
  return {
    ...application,
    identifiers: [...application.identifiers, ...identifierUris],
    replyUrls: [...application.replyUrls, ...redirectUris],
  };
}

/** The request that Flex sends, as far as an application takes it or not. */
interface Asked {
  issuer: string;
  acsUrl?: string;
  signed: boolean;
  loginPage: LoginPage | undefined;
}

/**
 * What of the application stops a login, and what of it does not go together with the request that Flex sends. Without a request only the
 * former is judged.
 */
export function legacyApplicationFindings(
  application: LegacyApplication,
  expected: Expected,
  migration: Migration,
  asked?: Asked,
): Finding[] {
  if (application === 'missing') return [entraFinding('application-missing', 'Graph does not show the application.')];
  if (typeof application !== 'object') return [];
  return [
    ...standingFindings(application),
    ...(asked ? requestFindings(application, asked) : []),
    // It goes on signing with what it has: only what stops a login counts.
    ...certificateFindings(application, expected).filter(({ severity }) => severity === 'error'),
    ...answerFindings(application, expected, migration),
    ...formerCertificateFindings(application, migration),
    ...formerAnswerFindings(application, migration),
  ];
}

function requestFindings(
  { identifiers, replyUrls, demandsSignedRequests }: ConfiguredApplication,
  { issuer, acsUrl, signed, loginPage }: Asked,
): Finding[] {
  // Twilio's own page shows the legacy ACS URL with a slash at its end: what lets people in is right.
  const isTaken = loginPage && loginPage.refusal === undefined && loginPage.unclear === undefined;
  const isThere = acsUrl === undefined || replyUrls.includes(acsUrl) || (isTaken && replyUrls.includes(`${acsUrl}/`));
  return [
    ...(identifiers.includes(issuer)
      ? []
      : [entraFinding('entity-id-unknown', difference('Identifier (Entity ID)', issuer, nearest(identifiers)))]),
    ...(isThere
      ? []
      : [entraFinding('acs-url-mismatch', difference('Reply URL (ACS URL)', acsUrl ?? '', nearest(replyUrls)))]),
    ...(demandsSignedRequests && !signed
      ? [entraFinding('signed-request-required', 'The application has isSignedRequestRequired set.')]
      : []),
  ];
}

/** The one that somebody will have meant. */
const nearest = (values: readonly string[]) => values.find(value => /saml2/.test(value)) ?? values[0] ?? '';
