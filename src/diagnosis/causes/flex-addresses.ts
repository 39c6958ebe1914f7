import type { Cause } from '../cause.js';

const page = 'Flex > Users and access > Single sign-on (SSO)';

/** Where a login of Flex goes to and returns to, by Flex Console and by the appconfig.js of self-hosted Flex UI. */
export const flexAddressCauses = {
  'trusted-url-missing': {
    severity: 'error',
    title: 'The address that the login returns to is not trusted',
    explanation:
      'Flex sends people back after a login only to addresses among its Trusted URLs; this one is not among them.',
    fix: {
      product: 'Flex Console',
      field: `${page} > Trusted URLs`,
      action: 'Add the address exactly as it is used, with its port and without a wildcard, and click Save.',
    },
    symptoms: [
      { twilio: 70002 },
      { twilio: 45004, says: /trusted/i },
      { says: /(not|no) (a )?trusted (url|domain)/i },
      { says: /callback url mismatch|redirect_uri.{0,40}(mismatch|not allowed)/i, likely: true },
    ],
  },
  'redirect-url-wrong': {
    severity: 'error',
    title: 'The Default redirect URL is missing or wrong',
    explanation:
      'A login that begins at the identity provider, and every login of self-hosted Flex UI, returns to the Default redirect URL.',
    fix: {
      product: 'Flex Console',
      field: `${page} > Default redirect URL`,
      action: 'Enter the address of your Flex UI, and add the same address to Trusted URLs.',
    },
    symptoms: [
      { says: /IdP[- ]Initiated (Default App|login).{0,20}(not (been )?configured|not enabled)/i, likely: true },
      { says: /Default App for IdP-Initiated is not configured/i, likely: true },
      { check: 'the address of Flex UI against the connection' },
    ],
  },
  'oauth-object-missing': {
    severity: 'error',
    title: 'appconfig.js does not name the enhanced connection',
    explanation:
      'Without `oauth` in appconfig.js, self-hosted Flex UI goes on logging in through the legacy connection.',
    fix: {
      product: 'Flex UI',
      field: 'appconfig.js > appConfig.oauth',
      action: 'Add oauth with connection, clientId and redirectUrl, and deploy Flex UI.',
    },
    symptoms: [{ check: 'appconfig.js against the connection' }],
  },
  'oauth-object-stale': {
    severity: 'error',
    title: 'appconfig.js names another connection',
    explanation:
      'The connection, the client id or the redirect URL in appconfig.js is not that of the connection in use.',
    fix: {
      product: 'Flex UI',
      field: 'appconfig.js > appConfig.oauth',
      action: 'Replace connection, clientId and redirectUrl with those of the active connection, and deploy Flex UI.',
    },
    symptoms: [
      { check: 'appconfig.js against the connection' },
      { says: /client_?id.{0,30}(unknown|invalid|does not match)|app_type does not match/i, likely: true },
    ],
  },
  'sso-url-wrong': {
    severity: 'error',
    title: 'Flex sends people to another Single Sign-On URL',
    explanation:
      'The Single Sign-On URL in Flex is not that of the identity provider, so people do not reach its login page.',
    fix: {
      product: 'Flex Console',
      field: `${page} > Single Sign-On URL`,
      action: 'Enter the Login URL of the application in Microsoft Entra, and click Save.',
      elsewhere: 'Enter the Single Sign-On URL exactly as the identity provider shows it, and click Save.',
      label: 'ssoUrl',
    },
    symptoms: [
      { check: 'where the login is sent against the recorded SSO URL' },
      { aadsts: '900561', likely: true },
      { says: /endpoint only accepts POST|login leads to (?!https:\/\/)/i, likely: true },
    ],
  },
} as const satisfies Record<string, Cause>;
