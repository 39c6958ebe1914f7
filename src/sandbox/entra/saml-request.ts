import { FlexSsoError } from '../../errors.js';
import { type AuthnRequest, type Binding, decodeAuthnRequest } from '../../saml/authn-request.js';
import type { Application, Directory, ServicePrincipal, SigningKey } from './directory.js';
import { assignedPolicy } from './policies.js';
import type { Refusal } from './sign-in-page.js';
import { activeSigningKey } from './signing-keys.js';

/** A SAML login that Entra accepts to begin. */
export interface SamlLogin {
  request: AuthnRequest;
  application: Application;
  servicePrincipal: ServicePrincipal;
  key: SigningKey;
  /** Where the response goes. */
  acsUrl: string;
}

const nameIdFormats = [
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
];

/** Judges an AuthnRequest as Entra does before it asks anybody to sign in. */
export function beginSamlLogin(
  directory: Directory,
  message: string,
  binding: Binding,
  isSigned = false,
): SamlLogin | Refusal {
  if (!message)
    return {
      code: 750054,
      text: 'SAMLRequest or SAMLResponse must be present as query string parameters in HTTP request for SAML Redirect binding.',
    };
  const request = decode(message, binding);
  if (!request) return { code: 75005, text: 'The request is not a valid Saml2 protocol message.' };
  const { issuer, nameIdFormat } = request;
  const application = directory.applications.find(one => [...one.identifierUris, one.appId].includes(issuer));
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application?.appId);
  if (!application || !servicePrincipal)
    return {
      code: 700016,
      text: `Application with identifier '${issuer}' was not found in the directory '${directory.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    };
  if (!servicePrincipal.accountEnabled)
    return { code: 7000112, text: `Application '${issuer}'(${application.displayName}) is disabled.` };
  if (application.requestSignatureVerification?.isSignedRequestRequired && !isSigned)
    return {
      code: 76021,
      text: 'The request sent by client is not signed while the application requires signed requests.',
    };
  if (nameIdFormat && !nameIdFormats.includes(nameIdFormat))
    return {
      code: 75016,
      text: `SAML2 Authentication Request has invalid NameIDPolicy with Format '${nameIdFormat}'.`,
    };
  const acsUrl = request.acsUrl ?? defaultReplyUrl(application);
  if (acsUrl === undefined) return { code: 900971, text: 'No reply address provided.' };
  if (!application.web.redirectUris.includes(acsUrl))
    return {
      code: 50011,
      text: `The reply URL '${acsUrl}' specified in the request does not match the reply URLs configured for the application '${issuer}'. Make sure the reply URL sent in the request matches one added to your application in the Azure portal.`,
    };
  const key = activeSigningKey(directory, servicePrincipal.id);
  if (key) return { request, application, servicePrincipal, key, acsUrl };
  return assignedPolicy(directory, 'claimsMappingPolicies', servicePrincipal.id)
    ? {
        code: 50146,
        text: 'This application is required to be configured with an application-specific signing key. It is either not configured with one, or the key has expired or is not yet valid.',
      }
    : { code: 50003, text: 'The signing key is not configured.' };
}

function decode(message: string, binding: Binding): AuthnRequest | undefined {
  try {
    return decodeAuthnRequest({ ssoUrl: '', message, binding });
  } catch (error) {
    if (error instanceof FlexSsoError) return undefined;
    throw error;
  }
}

/** The one with the lowest index, else the first. */
function defaultReplyUrl({ web }: Application): string | undefined {
  const indexed = web.redirectUriSettings.filter(setting => setting.index !== null);
  return indexed.toSorted((a, b) => Number(a.index) - Number(b.index))[0]?.uri ?? web.redirectUris[0];
}
