import type { IdentityProvider } from '../identity-providers/labels.js';

/** A product whose errors are known by their words. */
export interface Product {
  name: string;
  /** Absent if flex-sso has no labels for it. */
  identityProvider?: IdentityProvider;
}

/**
 * What only one product writes, in its error pages, its logs and its addresses. A name in small letters may be part of a value that
 * another product quotes, so it counts only as an address of the page.
 */
const products: readonly (Product & { says: RegExp; at: RegExp })[] = [
  {
    name: 'Microsoft Entra',
    identityProvider: 'entra',
    says: /AADSTS ?\d|Microsoft Entra|Azure AD\b/,
    at: /\/\/login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)/,
  },
  {
    name: 'AD FS',
    says: /\bMSIS\d{3,5}\b|Microsoft\.IdentityServer|\bAD ?FS\b|Active Directory Federation Services/,
    at: /\/adfs\//i,
  },
  {
    name: 'Okta',
    identityProvider: 'okta',
    says: /\bOkta\b|GENERAL_NONSUCCESS|\bE00000\d\d\b|\bapp\.generic\.unauth_app_access/,
    at: /\.okta(?:preview|-emea|-gov)?\.com/,
  },
  {
    name: 'Google',
    identityProvider: 'google',
    says: /\bapp_not_(?:configured|enabled)|\bThat[’']s an error\.|\bGoogle (?:Workspace|Accounts?)\b/,
    at: /\/\/accounts\.google\.com/,
  },
  {
    name: 'Keycloak',
    says: /\bkeycloak\b|\btype="?[A-Z_]{3,40}_ERROR\b|^\s*We are sorry\.\.\./i,
    at: /\/realms\/[^/]+\/(?:protocol|login-actions|broker)\//,
  },
  {
    name: 'Shibboleth',
    says: /\bshibboleth\b|\bopensaml\b|\bshibsp::|\bxmltooling::|Web Login Service - |is not registered for use with this service/i,
    at: /\/idp\/profile\/|\/Shibboleth\.sso\//,
  },
  {
    name: 'OneLogin',
    says: /\bOneLogin\b|You do not have access to this application\. Please contact your administrator/,
    at: /\.onelogin\.com/,
  },
  {
    name: 'Salesforce',
    identityProvider: 'salesforce',
    says: /\bSalesforce\b|unable to resolve request into a Service Provider/i,
    at: /\.(?:salesforce|force)\.com/,
  },
  { name: 'PingFederate', says: /\bPingFederate\b|\bPingOne\b|\bPingID\b/, at: /\/idp\/SSO\.saml2|\.pingone\./ },
  { name: 'JumpCloud', says: /\bJumpCloud\b/, at: /\.jumpcloud\.com/ },
  { name: 'Duo', says: /\bDuo (?:Single Sign-On|SSO|Central)\b/, at: /\.duosecurity\.com/ },
  { name: 'Auth0', identityProvider: 'auth0', says: /\bAuth0\b/, at: /\.auth0\.com/ },
];

/** Whose words they are; `from` is the address of the page. Both are remote: they choose among our texts, and nothing else. */
export const productOf = (words: string, from = ''): Product | undefined =>
  products.find(({ at }) => from !== '' && at.test(from)) ?? products.find(({ says }) => says.test(words));

/** Whether an address is one of Twilio, which says no in words of its own. */
export const isTwilios = (from = ''): boolean => /^https:\/\/(?:[\w-]+\.)*twilio\.com(?:[:/]|$)/i.test(from);
