import type { Answers } from '../migration/state.js';

export type IdentityProvider = NonNullable<Answers['identityProvider']>;

/** What an identity provider calls the things that Flex needs from it and gives to it. */
export interface Labels {
  name: string;
  /** The page that holds the two values. */
  page: string;
  entityId: string;
  acsUrl: string;
  /** Claims and settings of a new application, beyond what every identity provider has to send. */
  settings: readonly string[];
  /** Where the three values for Flex are found. */
  intoFlex: { issuer: string; ssoUrl: string; certificate: string };
  /** Twilio's own instructions. */
  instructions: string;
}

const guides = 'https://www.twilio.com/docs/flex/admin-guide/setup/sso-configuration';

/** Every identity provider, from Twilio's migration guide and its pages on each of them. */
export const labels: Readonly<Record<IdentityProvider, Labels>> = {
  entra: {
    name: 'Microsoft Entra ID',
    page: 'Single sign-on > SAML > Basic SAML Configuration',
    entityId: 'Identifier (Entity ID)',
    acsUrl: 'Reply URL (Assertion Consumer Service URL)',
    settings: [
      'Attributes & Claims: email = user.mail, full_name = user.displayname, roles = user.assignedroles; remove the default additional claims.',
      'SAML Signing Certificate > Signing Option: "Sign SAML response and assertion"; Signing Algorithm: SHA-256.',
      'App registrations > App roles: admin, supervisor and agent, for Users/Groups.',
    ],
    intoFlex: {
      issuer: 'Microsoft Entra Identifier',
      ssoUrl: 'Login URL',
      certificate: 'Certificate (Base64)',
    },
    instructions: `${guides}/azure-ad`,
  },
  okta: {
    name: 'Okta',
    page: 'Create SAML integration',
    entityId: 'Audience URI (SP Entity ID)',
    acsUrl: 'Single sign on URL',
    settings: [
      'Name ID format: Unspecified. Default RelayState: leave it blank.',
      'Response: Signed. Assertion Signature: Signed. Assertion Encryption: Unencrypted.',
      'Attribute statements: full_name, email, and roles = user.userType.',
    ],
    intoFlex: {
      issuer: 'Identity Provider Issuer',
      ssoUrl: 'Identity Provider Single Sign-On URL',
      certificate: 'X.509 Certificate',
    },
    instructions: `${guides}/okta`,
  },
  google: {
    name: 'Google',
    page: 'Service provider details',
    entityId: 'Entity ID',
    acsUrl: 'ACS URL',
    settings: [
      'Name ID format: EMAIL. Name ID: Basic Information > Primary Email.',
      'Signed Response: on. Start URL: the login link of Flex.',
      'Attributes: email = Primary Email; full_name and roles from a custom schema "Flex Details" with Full Name and Roles.',
    ],
    intoFlex: { issuer: 'Entity ID', ssoUrl: 'SSO URL', certificate: 'Certificate (the whole PEM text)' },
    instructions: `${guides}/google`,
  },
  salesforce: {
    name: 'Salesforce',
    page: 'Web App settings',
    entityId: 'Entity ID',
    acsUrl: 'ACS URL',
    settings: [
      'Subject Type: Username. Name ID Format: unspecified.',
      'Verify Request Signatures: off. Encrypt SAML Response: off.',
      "Custom attributes: email, full_name, and roles as a field or as a literal in quotes such as 'agent'.",
    ],
    intoFlex: {
      issuer: 'Issuer (https://<domain>.my.salesforce.com)',
      ssoUrl: 'SP-Initiated Redirect Endpoint (…/idp/endpoint/HttpRedirect)',
      certificate: 'Identity Provider Certificate',
    },
    instructions: `${guides}/salesforce`,
  },
  auth0: {
    name: 'Auth0',
    page: 'SAML2 Web App > Settings',
    entityId: 'audience setting',
    acsUrl: 'Application Callback URL',
    settings: [
      'In the JSON of the settings: "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "signResponse": true.',
      'A Post-Login Action sets the attributes email, full_name and roles.',
      '"nameIdentifierProbes": ["email"], if the existing application sends the e-mail address as NameID.',
    ],
    intoFlex: { issuer: 'Issuer', ssoUrl: 'SAML Protocol URL', certificate: 'Identity Provider Certificate' },
    instructions: `${guides}/auth0`,
  },
  other: {
    name: 'your identity provider',
    page: 'the SAML settings of the application',
    entityId: 'Entity ID',
    acsUrl: 'ACS URL',
    settings: ['The Entity ID may be called Audience or SP issuer there, the ACS URL Reply URL or Recipient.'],
    intoFlex: {
      issuer: 'Issuer (Entity ID of the IdP)',
      ssoUrl: 'Single Sign-On URL',
      certificate: 'X.509 Certificate',
    },
    instructions: guides,
  },
};

const hosts: readonly [RegExp, IdentityProvider][] = [
  [
    /(^|\.)(login\.microsoftonline\.(com|us)|login\.(partner\.microsoftonline|chinacloudapi)\.cn|sts\.windows\.net)$/,
    'entra',
  ],
  [/\.okta(preview|-emea|-gov)?\.com$/, 'okta'],
  [/^accounts\.google\.com$/, 'google'],
  [/\.(salesforce|force)\.com$/, 'salesforce'],
  [/\.auth0\.com$/, 'auth0'],
];

/**
 * The identity provider that a single sign-on URL or an issuer belongs to; undefined where its host says nothing, as a custom domain.
 * Auth0's issuers are of the form `urn:example.eu.auth0.com`.
 */
export function identityProviderBehind(address: string): IdentityProvider | undefined {
  if (!URL.canParse(address)) return undefined;
  const { hostname, protocol, pathname } = new URL(address);
  const host = protocol === 'urn:' ? pathname : hostname;
  return hosts.find(([pattern]) => pattern.test(host))?.[1];
}
