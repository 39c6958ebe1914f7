import { acsUrlFinding, difference, entityIdFinding } from '../diagnosis/addresses.js';
import { attributeFindings } from '../diagnosis/attributes.js';
import type { Expected } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import {
  type ConfiguredApplication,
  type ConfiguredClaim,
  claimsIn,
  nameIdSource,
} from '../identity-providers/entra/configured.js';

/** What the application in Entra is held against, beside the message's own values. */
export interface Wanted {
  expected: Expected;
  /** The connections (`JQ…`) that Flex lists for the account. */
  connectionNames: readonly string[];
  /** The definition of the claims mapping policy that this migration assigned; undefined where it assigned none. */
  claims: unknown;
  /** What the token issuance policy said that this migration assigned, or found on a modified application; in words. */
  signing: string | undefined;
}

/** What of the application will make a login fail, as far as it can be seen without one. */
export function applicationFindings(application: ConfiguredApplication, wanted: Wanted): Finding[] {
  return [
    ...standingFindings(application),
    ...identifierFindings(application, wanted),
    ...(application.demandsSignedRequests
      ? [entraFinding('signed-request-required', 'The application has isSignedRequestRequired set.')]
      : []),
    ...encryptionFindings(application),
    ...certificateFindings(application, wanted.expected),
    ...signingFindings(application, wanted.signing),
    ...claimFindings(application, wanted),
  ];
}

/** Flex reads no encrypted assertion. */
export const encryptionFindings = ({ encryptsAssertions }: ConfiguredApplication): Finding[] =>
  encryptsAssertions ? [entraFinding('assertion-encrypted', 'The application has a token encryption key.')] : [];

/** Whether anyone may sign in to it at all. */
export const standingFindings = ({ isEnabled }: Pick<ConfiguredApplication, 'isEnabled'>): Finding[] =>
  isEnabled ? [] : [entraFinding('application-disabled', 'accountEnabled of its service principal is false.')];

function identifierFindings({ identifiers, replyUrls }: ConfiguredApplication, wanted: Wanted): Finding[] {
  const { serviceProvider } = wanted.expected;
  if (!serviceProvider) return [];
  const { entityId, acsUrl } = serviceProvider;
  const ofIdentifier = identifiers.includes(entityId)
    ? []
    : entityIdFinding('entity-id-unknown', 'Identifier (Entity ID)', nearest(identifiers), wanted.expected, {});
  const ofReplyUrl = replyUrls.includes(acsUrl)
    ? []
    : acsUrlFinding('acs-url-mismatch', 'Reply URL (ACS URL)', nearest(replyUrls), wanted.expected, {});
  return [...ofIdentifier, ...ofReplyUrl].map(finding => ownerOf(finding, [...identifiers, ...replyUrls], wanted));
}

/** The one that somebody will have meant. */
const nearest = (values: readonly string[]) => values.find(value => /JQ|twilio/i.test(value)) ?? values[0] ?? '';

/** A connection that Flex does not list for this account is, as far as can be told, another account's. */
function ownerOf(finding: Finding, values: readonly string[], { connectionNames, expected }: Wanted): Finding {
  const name = values.flatMap(value => /\bJQ[0-9a-f]{32}\b/.exec(value)?.[0] ?? [])[0];
  if (finding.code !== 'connection-wrong' || !name || connectionNames.length === 0 || connectionNames.includes(name))
    return finding;
  const evidence = `${finding.evidence} Flex lists no connection ${name} for this account.`;
  return entraFinding('connection-other-account', evidence, { identityProvider: expected.identityProvider });
}

/** Whether it can sign, and with what Flex holds, as far as that is known. */
export function certificateFindings(
  { certificates }: Pick<ConfiguredApplication, 'certificates'>,
  { active: held, areInFlex, now }: Pick<Expected, 'active' | 'areInFlex' | 'now'>,
): Finding[] {
  if (certificates.length === 0) return [entraFinding('signing-key-missing', 'The application lists no certificate.')];
  const active = certificates.find(({ isActive }) => isActive);
  const valid = certificates.filter(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= now.getTime() && now.getTime() < Date.parse(validTo),
  );
  if (valid.length === 0) {
    const { thumbprint, validFrom, validTo } = active ??
      certificates[0] ?? { thumbprint: '', validFrom: '', validTo: '' };
    const isEarly = now.getTime() < Date.parse(validFrom);
    return [
      entraFinding(
        isEarly ? 'certificate-not-yet-valid' : 'certificate-expired',
        `The certificate ${thumbprint} is valid from ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}.`,
      ),
    ];
  }
  const [recorded] = held;
  if (active && recorded && active.thumbprint !== recorded.thumbprint) {
    const signing = `Entra signs with the certificate ${active.thumbprint}`;
    if (areInFlex) return [entraFinding('certificate-rolled', `${signing}; Flex was given ${recorded.thumbprint}.`)];
    const then = `it signed with ${recorded.thumbprint} when the migration looked. A login shows whether Flex has the new one.`;
    return [entraFinding('certificate-rolled', `${signing}; ${then}`, { severity: 'warning', certainty: 'likely' })];
  }
  if (valid.length > 1)
    return [
      active
        ? entraFinding('certificate-spare', `${valid.length} certificates are valid; active is ${active.thumbprint}.`)
        : entraFinding(
            'certificate-several-active',
            `${valid.length} certificates are valid, and Entra names no active one.`,
          ),
    ];
  const soon = active && Date.parse(active.validTo) - now.getTime() < 30 * 24 * 60 * 60_000;
  return soon ? [entraFinding('certificate-expires-soon', `It is valid until ${active.validTo.slice(0, 10)}.`)] : [];
}

/** What the token issuance policy says, in words; undefined without one. */
export const signingInWords = ({ signing }: ConfiguredApplication): string | undefined =>
  signing && `${signing.options}, ${signing.algorithm}`;

/**
 * Without a policy it is not known how the portal has it set. Nothing is said then, unless there was one `before` (in words): without it
 * Entra likely signs the assertion alone.
 */
export function signingFindings(application: ConfiguredApplication, before?: string): Finding[] {
  const { signing } = application;
  if (!signing) {
    const gone = `No token issuance policy is assigned any more. The one before said ${before}.`;
    return before ? [entraFinding('response-unsigned', gone, { severity: 'warning', certainty: 'likely' })] : [];
  }
  const { options, algorithm } = signing;
  const seen = `The token issuance policy says ${signingInWords(application)}.`;
  return [
    ...(options === 'TokenOnly' ? [entraFinding('response-unsigned', seen)] : []),
    ...(options === 'ResponseOnly' ? [entraFinding('assertion-unsigned', seen)] : []),
    ...(algorithm.endsWith('rsa-sha1') ? [entraFinding('signature-weak', seen)] : []),
  ];
}

/** Whether it sends the claims that Flex needs, as far as it shows them. */
export function claimFindings(
  { claims, claimsPolicy }: ConfiguredApplication,
  { claims: own, expected }: Pick<Wanted, 'claims' | 'expected'>,
): Finding[] {
  if (!claims) return [];
  const named = claims.filter(({ name }) => name !== undefined);
  const ofFlex = attributeFindings(asAssertion(named), { ...expected, workers: undefined }, {});
  const wanted = own === undefined ? undefined : claimsIn({ content: own });
  const lost = (wanted ?? []).filter(({ name }) => name && !/[/:]/.test(name));
  // All of them gone at once is no slip: somebody else's policy is in the place of ours.
  if (wanted && claimsPolicy && lost.length > 0 && !lost.some(({ name }) => named.some(held => held.name === name)))
    return [
      entraFinding('claims-overridden', `The policy that is assigned is "${claimsPolicy.displayName.slice(0, 80)}".`),
    ];
  return [...ofFlex, ...nameIdFindings(claims, wanted)];
}

/** An assertion of these claims, as far as their names and constants go. */
function asAssertion(claims: readonly ConfiguredClaim[]): Parameters<typeof attributeFindings>[0] {
  const placeholder = ({ name, value }: ConfiguredClaim) => value ?? (name === 'roles' ? 'agent' : 'mapped');
  return {
    id: '',
    nameId: { value: 'mapped' },
    confirmations: [],
    audiences: [],
    attributes: claims.map(claim => ({ name: claim.name ?? '', values: [placeholder(claim)] })),
  };
}

function nameIdFindings(claims: readonly ConfiguredClaim[], wanted: readonly ConfiguredClaim[] | undefined): Finding[] {
  const [before, now] = [nameIdSource({ claims: wanted }), nameIdSource({ claims })];
  if (before === undefined || now === undefined || before === now) return [];
  return [entraFinding('name-id-changed', difference('Source of the NameID', before, now))];
}
