import type { AuthnRequest } from '../saml/authn-request.js';
import { acsUrlFinding, difference, entityIdFinding, tenantOf } from './addresses.js';
import { type Diagnosis, verdictOn } from './diagnosis.js';
import { type Expected, withAssumedConnection } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';
import { whose } from './whose.js';

/** Whether Microsoft Entra is documented to send this NameID format. */
export const isKnownFormat = (format: string) => /:nameid-format:(unspecified|emailAddress|persistent)$/.test(format);

/**
 * Explains what Flex asks of the identity provider. `ssoUrl` is where the request was sent, where that is known; `plainInUrl`: by
 * HTTP-Redirect, but not deflated. A request of the legacy connection is held against what is recorded of that one.
 */
export function diagnoseAuthnRequest(
  {
    request,
    ssoUrl,
    signed,
    plainInUrl,
  }: { request: AuthnRequest; ssoUrl?: string; signed?: boolean; plainInUrl?: true },
  given: Expected,
): Diagnosis {
  const legacy = legacyConnection(request, given);
  const identityProvider = whose([ssoUrl, request.destination], given.identityProvider);
  const expected = { ...given, ...legacy, identityProvider };
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  const findings = rank([
    ...(legacy && given.serviceProvider ? [isLegacyFinding(request, options)] : []),
    ...(plainInUrl ? [isPlain(options)] : []),
    ...senderFindings(request, withAssumedConnection(expected, request.issuer, request.acsUrl), options),
    ...receiverFindings(request, ssoUrl, expected, options),
    ...demandFindings(request, options),
  ]);
  return {
    kind: 'authn-request',
    verdict: verdictOn(findings),
    findings,
    details: {
      entityId: request.issuer,
      acsUrl: request.acsUrl,
      ssoUrl: ssoUrl ?? request.destination,
      nameIdFormat: request.nameIdFormat,
      ...(signed !== undefined && { signed }),
    },
  };
}

/** What a request of the legacy connection is held against, in the form that it has; undefined where it is of another one. */
function legacyConnection({ issuer, acsUrl }: AuthnRequest, { legacy, legacySsoUrl, serviceProvider }: Expected) {
  const forms = legacy.filter(({ entityId }) => entityId === issuer);
  if (forms.length === 0 || issuer === serviceProvider?.entityId) return undefined;
  return { serviceProvider: forms.find(form => form.acsUrl === acsUrl) ?? forms[0], ssoUrl: legacySsoUrl };
}

const isLegacyFinding = ({ issuer }: AuthnRequest, options: FindingOptions) =>
  findingOf('connection-inactive', `The request comes from the legacy connection, ${issuer}.`, {
    ...options,
    certainty: 'likely',
  });

/** SAML 2.0 Bindings, 3.4.4.1. */
const isPlain = (options: FindingOptions) =>
  findingOf('request-malformed', 'In a URL a SAMLRequest is deflated before it is Base64; this one is not.', {
    ...options,
    severity: 'warning',
    certainty: 'likely',
  });

function senderFindings({ issuer, acsUrl }: AuthnRequest, expected: Expected, options: FindingOptions): Finding[] {
  return [
    ...entityIdFinding('entity-id-unknown', 'Issuer', issuer, expected, options),
    ...(acsUrl === undefined ? [] : acsUrlFinding('acs-url-mismatch', 'ACS URL', acsUrl, expected, options)),
  ];
}

function receiverFindings(
  { destination }: AuthnRequest,
  ssoUrl: string | undefined,
  expected: Expected,
  options: FindingOptions,
): Finding[] {
  const sentTo = ssoUrl || destination;
  const found: Finding[] = [];
  if (expected.ssoUrl && sentTo && sentTo !== expected.ssoUrl) {
    const [tenant, wanted] = [sentTo, expected.ssoUrl].map(tenantOf);
    const code = tenant && wanted && tenant !== wanted ? 'tenant-wrong' : 'sso-url-wrong';
    found.push(findingOf(code, difference('Single Sign-On URL', expected.ssoUrl, sentTo), options));
  }
  if (ssoUrl && destination && destination !== ssoUrl)
    found.push(findingOf('request-destination-wrong', difference('Destination', ssoUrl, destination), options));
  return found;
}

function demandFindings({ nameIdFormat, authnContextClassRef }: AuthnRequest, options: FindingOptions): Finding[] {
  const likely: FindingOptions = { ...options, certainty: 'likely' };
  return [
    ...(nameIdFormat && !isKnownFormat(nameIdFormat)
      ? [findingOf('name-id-policy', `NameIDPolicy demands ${nameIdFormat.slice(0, 100)}.`, likely)]
      : []),
    ...(authnContextClassRef
      ? [
          findingOf(
            'authn-context-mismatch',
            `RequestedAuthnContext demands ${authnContextClassRef.slice(0, 100)}; only people who log in so get through.`,
            { ...likely, severity: 'warning' },
          ),
        ]
      : []),
  ];
}
