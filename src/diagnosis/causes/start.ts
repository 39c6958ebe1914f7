import type { Cause } from '../cause.js';

const page = 'Flex > Users and access > Single sign-on (SSO)';

/** Before the login leaves Flex: this computer, the browser, the connection. */
export const startCauses = {
  'popup-blocked': {
    severity: 'error',
    title: 'The browser blocked the login window',
    explanation:
      'Flex UI opens the identity provider in a pop-up window ("Login using popup"), and the browser does not let it.',
    fix: {
      product: 'the browser',
      field: 'Pop-ups and redirects, for the site of Flex UI',
      action: 'Allow pop-ups for this site, or switch "Login using popup" off in Flex Console.',
    },
    symptoms: [{ says: /pop-?up.{0,40}(block|closed|failed)|(block|fail).{0,40}pop-?up/i, likely: true }],
  },
  'stale-session': {
    severity: 'warning',
    title: 'An older session answered instead of a new login',
    explanation:
      'A session that is still open in Flex or at the identity provider hides a login that fails, so it proves nothing.',
    fix: {
      product: 'the browser',
      field: 'a private window',
      action: 'Log out of Flex, or open a private (incognito) window, and log in again there.',
    },
    symptoms: [
      { says: /session (cookie )?(is|was|has) (stale|outdated|expired)/i, likely: true },
      { check: 'the time of the sign-in against the time of the message' },
    ],
  },
  'callback-port-taken': {
    severity: 'error',
    title: 'The test login cannot return to this computer',
    explanation: 'Another program already listens on the port that the test login returns to.',
    fix: {
      product: 'this computer',
      field: '--callback-port',
      action:
        'Close that program, or name another port and add http://localhost:PORT to the Trusted URLs in Flex Console.',
    },
    symptoms: [{ says: /EADDRINUSE|callback-port-taken/ }],
  },
  'flex-key-restricted': {
    severity: 'error',
    title: 'The Twilio API key may not do this',
    explanation: 'The key lacks the permission that this call needs; restricted keys likely do not suffice.',
    fix: {
      product: 'flex-sso',
      field: 'TWILIO_API_KEY and TWILIO_API_SECRET',
      action: "Use the account's auth token or a main API key.",
    },
    symptoms: [{ twilio: 70051 }],
  },
  'twilio-credentials-refused': {
    severity: 'error',
    title: 'Twilio does not know the credentials or the token of this call',
    explanation:
      'A call to the API of Twilio came without valid credentials. In Flex UI the session likely ended; in a script the values are wrong.',
    fix: {
      product: 'flex-sso',
      field: 'TWILIO_ACCOUNT_SID, and TWILIO_AUTH_TOKEN or TWILIO_API_KEY with TWILIO_API_SECRET',
      action: 'Check that all are of one account and none is revoked. In Flex UI, log in again in a private window.',
    },
    symptoms: [{ twilio: 20003, likely: true }],
  },
  'oauth-object-too-early': {
    severity: 'error',
    title: 'appconfig.js names the enhanced connection too early',
    explanation:
      'As soon as `oauth` is in appconfig.js, Flex UI logs in through the enhanced connection, which is not set up to the end yet.',
    fix: {
      product: 'Flex UI',
      field: 'appconfig.js > appConfig.oauth',
      action: 'Take the oauth object out, and put it in again after the setup in Flex Console.',
    },
    symptoms: [{ check: 'appconfig.js against the state of the connection' }],
  },
  'connection-missing': {
    severity: 'error',
    title: 'Flex knows no such connection',
    explanation: 'The connection (JQ…) is not one of this account: it is misspelt, of another account, or was removed.',
    fix: {
      product: 'Flex Console',
      field: page,
      action: 'Compare the connection, and begin with "Start setup" if there is none.',
    },
    symptoms: [
      { twilio: 45009, says: /does not exist|not found|no such/i },
      { says: /SSO profile does not exist|connection .{0,60}(does not exist|not found)/i },
      { says: /connection or the SAMLResponse is missing/i, likely: true },
      { check: 'the connection against those that Flex lists' },
    ],
  },
  'connection-other-account': {
    severity: 'error',
    title: "The connection is another account's",
    explanation:
      'The Entity ID and the ACS URL were copied from another Twilio account, so this account never sees the login.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > Basic SAML Configuration > Identifier (Entity ID) and Reply URL',
      action:
        'Select the right account in Flex Console and copy both values again from "Set up your identity provider".',
      label: 'entityId',
    },
    symptoms: [{ check: 'the connection in the Entity ID against those that Flex lists for the account' }],
  },
  'legacy-values-missing': {
    severity: 'error',
    title: 'Nobody can log in to Flex',
    explanation:
      'Someone has switched Flex Console back to the legacy connection, and the identity provider does not have its values.',
    fix: {
      product: 'flex-sso',
      field: 'flex-sso revert',
      action:
        'Run `flex-sso revert`: it puts the legacy values back, so that people can log in. Then `flex-sso migrate` sets the connection up again.',
    },
    symptoms: [{ check: '`active` in the list of connections, and the values at the identity provider' }],
  },
  'connection-switched-back': {
    severity: 'error',
    title: 'The modified connection is not active',
    explanation:
      'Someone has switched Flex Console back to the legacy connection. Console has no switch to a modified connection.',
    fix: {
      product: 'flex-sso',
      field: 'flex-sso revert',
      action: 'Run `flex-sso revert`. Then `flex-sso migrate` sets the connection up again.',
    },
    symptoms: [{ check: '`active` in the list of connections' }],
  },
  'connection-inactive': {
    severity: 'error',
    title: 'The enhanced connection is not active',
    explanation:
      'The connection is set up, but Flex does not log anybody in through it: it was not finished, or switched back.',
    fix: {
      product: 'Flex Console',
      field: `${page} > Finish, or "switch back to OAuth 2.0 connection"`,
      action: 'Finish the setup, or switch to the OAuth 2.0 connection again.',
    },
    symptoms: [
      { says: /connection( ["']?\w{1,60}["']?)? (is |was |has been )?(not active|inactive|disabled|not enabled)/i },
      { check: '`active` in the list of connections' },
    ],
  },
  'identity-provider-data-missing': {
    severity: 'error',
    title: 'The connection holds no data of the identity provider',
    explanation: 'The page "Enter identity provider data" was not saved, so Flex does not know where to send people.',
    fix: {
      product: 'Flex Console',
      field: `${page} > X.509 Certificate, Identity Provider Issuer, Single Sign-On URL`,
      action: 'Enter the three values and click Save.',
    },
    symptoms: [{ twilio: 45009, says: /no identity provider|holds no/i }, { says: /holds no identity provider data/i }],
  },
  'legacy-settings-broken': {
    severity: 'error',
    title: 'Flex cannot use the settings of the legacy connection',
    explanation:
      'Flex says that the SSO settings are bad; most often the certificate is missing, expired or no certificate.',
    fix: {
      product: 'Flex Console',
      field: `${page} > X.509 Certificate`,
      action: 'Enter the active certificate of the identity provider again, whole, and click Save.',
      label: 'certificate',
    },
    symptoms: [{ twilio: 70251 }, { says: /no valid certificate for identity realm|Invalid SSO settings/i }],
  },
  'legacy-switched-off': {
    severity: 'warning',
    title: 'The legacy connection does not answer any more',
    explanation:
      'Twilio asked everybody to leave legacy SSO by 2026-03-31 and keeps legacy details for 30 days after Finish.',
    fix: {
      product: 'Flex Console',
      field: page,
      action: 'Use the enhanced connection; there is likely no way back any more.',
    },
    symptoms: [{ check: 'a probe of the legacy login' }],
  },
} as const satisfies Record<string, Cause>;
