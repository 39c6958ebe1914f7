import { difference } from '../diagnosis/addresses.js';
import { type Finding, entraFinding as findingOf } from '../diagnosis/finding.js';
import { FlexSsoError } from '../errors.js';
import { explain, isRefusedForGood } from '../identity-providers/entra/refusals.js';
import { readSamlValues, type SamlValues } from '../identity-providers/entra/saml-values.js';
import type { ReadContext } from '../migration/step.js';
import type { Arrived } from './comparison.js';

/** The application that the legacy connection logs people in through, as Entra shows it now; undefined where nobody may look. */
export type LegacyApplication = SamlValues | 'missing' | undefined;

export async function readLegacyApplication(context: ReadContext): Promise<LegacyApplication> {
  const { answers, facts } = context.migration;
  if (answers.identityProvider !== 'entra' || !facts.legacyApplication) return undefined;
  try {
    return (await readSamlValues(await context.graph(), facts.legacyApplication)) ?? 'missing';
  } catch (error) {
    if (isRefusedForGood(error) || (error instanceof FlexSsoError && error.ending === 'permission')) return undefined;
    throw explain(error);
  }
}

/** What of the application does not go together with the request that Flex sends; without one, whether it is there at all. */
export function legacyApplicationFindings(
  application: LegacyApplication,
  asked?: { probe: Arrived; isReplaced: boolean },
): Finding[] {
  if (application === 'missing') return [findingOf('application-missing', 'Graph does not show the application.')];
  if (!application || !asked) return [];
  const { authnRequest, signed, loginPage } = asked.probe;
  const { issuer, acsUrl } = authnRequest;
  const { identifiers, replyUrls, demandsSignedRequests } = application;
  // Twilio's own page shows the legacy ACS URL with a slash at its end: what lets people in is right.
  const isTaken = loginPage && loginPage.refusal === undefined && loginPage.unclear === undefined;
  const isThere = acsUrl === undefined || replyUrls.includes(acsUrl) || (isTaken && replyUrls.includes(`${acsUrl}/`));
  return [
    ...(asked.isReplaced || identifiers.includes(issuer)
      ? []
      : [findingOf('entity-id-unknown', difference('Identifier (Entity ID)', issuer, nearest(identifiers)))]),
    ...(asked.isReplaced || isThere
      ? []
      : [findingOf('acs-url-mismatch', difference('Reply URL (ACS URL)', acsUrl ?? '', nearest(replyUrls)))]),
    ...(demandsSignedRequests && !signed
      ? [findingOf('signed-request-required', 'The application has isSignedRequestRequired set.')]
      : []),
  ];
}

/** The one that somebody will have meant. */
const nearest = (values: readonly string[]) => values.find(value => /saml2/.test(value)) ?? values[0] ?? '';
