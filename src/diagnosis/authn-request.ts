import type { AuthnRequest } from '../saml/authn-request.js';
import { acsUrlFinding, difference, entityIdFinding, tenantOf } from './addresses.js';
import { type Diagnosis, verdictOn } from './diagnosis.js';
import { type Expected, withAssumedConnection } from './expected.js';
import { type Finding, type FindingOptions, findingOf, rank } from './finding.js';

/** The NameID formats that Microsoft Entra is documented to send. */
const formats = /:nameid-format:(unspecified|emailAddress|persistent)$/;

/** Explains what Flex asks of the identity provider. `ssoUrl` is where the request was sent, where that is known. */
export function diagnoseAuthnRequest(
  { request, ssoUrl, signed }: { request: AuthnRequest; ssoUrl?: string; signed?: boolean },
  expected: Expected,
): Diagnosis {
  const options: FindingOptions = { identityProvider: expected.identityProvider };
  const findings = rank([
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

function senderFindings(request: AuthnRequest, expected: Expected, options: FindingOptions): Finding[] {
  const { issuer, acsUrl } = request;
  const isLegacy = expected.legacy.some(({ entityId }) => entityId === issuer);
  if (isLegacy && issuer !== expected.serviceProvider?.entityId)
    return [
      findingOf('connection-inactive', `The request comes from the legacy connection, ${issuer}.`, {
        ...options,
        certainty: 'likely',
      }),
    ];
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
    ...(nameIdFormat && !formats.test(nameIdFormat)
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
