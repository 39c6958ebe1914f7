const attributes = ['email', 'full_name', 'roles'] as const;

/** How an attribute of the assertion can be wrong, with what that is in words. */
const ofAttribute: Readonly<Record<string, (name: string) => string>> = {
  missing: name => `the claim ${name} is not mapped`,
  namespaced: name => `the claim ${name} has a namespace`,
  misspelt: name => `the claim ${name} is misspelt`,
  empty: name => `the claim ${name} is sent without a value`,
};

const attributeBreaks = Object.fromEntries(
  attributes.flatMap(name =>
    Object.entries(ofAttribute).map(([how, words]) => [`${name.replace('_', '-')}-${how}`, words(name)]),
  ),
);

/**
 * Misconfigurations and failures that the sandbox can be told to have, by name, with what each is in words. Those of settings are made
 * in its world, as somebody would make them, once the enhanced connection is set up (`misconfigure.ts`), and stay until they are
 * mended; the others hold as long as the sandbox is served with them.
 */
export const breaks: Readonly<Record<string, string>> = {
  'entity-id-missing': 'the Entra application has no identifier (Entity ID) of the enhanced connection',
  'entity-id-legacy': 'the Entra application still has legacy values as identifier and reply URL',
  'entity-id-case': 'the identifier is written in capitals',
  'entity-id-other-connection': 'the identifier is that of an earlier connection of this account',
  'acs-url-missing': 'the Entra application has no reply URL (ACS URL)',
  'acs-url-other-connection': 'the reply URL is that of an earlier connection of this account',
  'acs-url-without-connection': 'the reply URL lacks ?connection=JQ… at its end',
  'other-account-connection': "identifier and reply URL are those of another account's connection",
  'application-deleted': 'the Entra application was deleted',
  'wrong-tenant': 'Flex holds the issuer and the SSO URL of another tenant that exists',
  'unknown-tenant': 'Flex holds an SSO URL with a tenant that does not exist',
  'issuer-wrong': 'Flex holds another Identity Provider Issuer',
  'issuer-without-slash': 'Flex holds the issuer without the slash at its end',
  'sso-url-wrong': 'Flex holds another Single Sign-On URL of the same tenant',
  'certificate-wrong': 'Flex holds the certificate of another application',
  'certificate-rolled': 'Entra signs with a new certificate, and Flex holds the old one',
  'certificate-inactive': 'the application has two valid certificates, and Flex holds the one that is not active',
  'certificate-expired': 'the signing certificate of the application has expired',
  'certificate-not-yet-valid': 'the signing certificate of the application is not valid yet',
  'no-signing-key': 'the application has no signing certificate, and its claims come from the portal',
  'policy-without-key': 'the application has a claims mapping policy, but no signing certificate',
  'response-unsigned': 'the assertion alone is signed',
  'assertion-unsigned': 'the response alone is signed',
  'nothing-signed': 'neither the response nor the assertion is signed',
  sha1: 'response and assertion are signed with SHA-1',
  'assertion-encrypted': 'the assertion is encrypted',
  ...attributeBreaks,
  'claims-overridden': 'a claims mapping policy of the tenant took the place of the one for Flex',
  'role-administrator': 'the app role for admins has the value "Administrator"',
  'role-unknown': 'the app role for admins has a value that Flex does not know',
  'role-disabled': 'the app roles are switched off',
  'role-missing': 'the user who logs in is assigned without a role',
  'user-not-assigned': 'the user who logs in is not assigned to the application',
  'nobody-assigned': 'nobody is assigned to the application',
  'group-nested': 'the user who logs in is in a group inside an assigned group alone',
  'user-disabled': 'the account of the user who logs in is disabled',
  'user-not-in-tenant': 'the user who logs in is of another tenant',
  'mail-empty': 'the user who logs in has no mail, where email comes from',
  'name-id-empty': 'the attribute that the NameID comes from is empty for the user who logs in',
  'name-id-changed': 'the NameID comes from another attribute than before',
  'audience-wrong': 'the assertion has another Audience than the Entity ID',
  'recipient-wrong': 'the assertion has another Recipient than the ACS URL',
  'destination-wrong': 'the response has another Destination than the ACS URL',
  'in-response-to-wrong': 'the response answers another request',
  'in-response-to-missing': 'the response answers no request',
  'relay-state-lost': 'the identity provider does not send RelayState back',
  'clock-ahead': 'the clock of the identity provider runs an hour fast',
  'clock-behind': 'the clock of the identity provider runs two hours slow',
  'session-too-short': 'the identity provider ends the session after 20 minutes',
  'conditional-access': 'a Conditional Access policy blocks the login',
  'mfa-required': 'multifactor authentication is demanded, and the user has not done it',
  'mfa-not-set-up': 'multifactor authentication is demanded, and the user has not set it up',
  'signed-requests': 'the application demands signed requests, and Flex does not sign them',
  'authn-context': 'Flex asks for an authentication by certificate',
  'name-id-policy': 'Flex asks for a NameID format that Entra does not send',
  'request-malformed': 'what Flex sends is no valid SAML request',
  'trusted-url-missing': 'no address but that of Flex is among the Trusted URLs',
  'redirect-url-missing': 'self-hosted Flex: its address is neither a Trusted URL nor the Default redirect URL',
  'connection-missing': 'the enhanced connection is no more',
  'connection-inactive': 'the enhanced connection is not active',
  'identity-provider-data-missing': 'Flex holds no data of the identity provider',
  'oauth-stale': 'the client id of the connection has changed, and appconfig.js names the old one',
  'user-grants': 'Flex knows the user, but grants nothing',
  'other-account': 'the login leads to another account',
  'stale-session': 'an older session answers in the place of a new login',
  'legacy-off': 'the legacy connection does not log anybody in any more',
};
