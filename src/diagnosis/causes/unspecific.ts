import type { Cause } from '../cause.js';

const page = 'Flex > Users and access > Single sign-on (SSO)';

/** What an error code of Flex says where nothing more specific was found; therefore the last to look at. */
export const unspecificCauses = {
  'login-other-account': {
    severity: 'error',
    title: 'The login led to another Twilio account',
    explanation: 'Flex let the user in, but into an account that is not the one of this migration.',
    fix: {
      product: 'Flex Console',
      field: page,
      action: 'Check which account the connection belongs to, and set it up in the right one.',
    },
    symptoms: [{ check: 'the account in the answer to the login' }],
  },
  'login-not-returned': {
    severity: 'error',
    title: 'The login succeeded at the identity provider, and did not come back from Flex',
    explanation:
      'The identity provider let the user in, and Flex did not send the browser back. Flex likely took the answer for one that it did not ask for, or refused it on a page of its own.',
    fix: {
      product: 'the browser',
      field: 'the page at which the login stopped',
      action: 'Read what it says; capture the login as a HAR file and hand it to `flex-sso inspect`.',
    },
    symptoms: [{ check: 'the sign-in log against what came back' }],
  },
  'login-not-seen': {
    severity: 'error',
    title: 'No login came back in time',
    explanation: 'Nobody used the link, or the login stopped at a page that flex-sso does not see.',
    fix: {
      product: 'the browser',
      field: 'the page at which the login stopped',
      action: 'If a page shows an error, read it. Then run `flex-sso validate --login browser` and use the link.',
    },
    symptoms: [{ check: 'the time limit of a login' }],
  },
  'flex-authentication-refused': {
    severity: 'error',
    title: 'Flex did not accept the login',
    explanation:
      'Flex could not authenticate the login, or the code that came with it is unknown, expired or used. It does not say more; often the login took too long or was repeated.',
    fix: {
      product: 'the browser',
      field: 'a private window',
      action: 'Start the login again, and do not reload its pages.',
    },
    symptoms: [{ twilio: 45002, likely: true }],
  },
  'flex-validation-failed': {
    severity: 'error',
    title: 'Flex could not validate the login',
    explanation: 'A parameter or the SAML message of the login is missing or not what Flex expects.',
    fix: {
      product: 'Flex Console',
      field: page,
      action: 'Compare every value there with the identity provider, and start the login again in a private window.',
    },
    symptoms: [{ twilio: 45004, likely: true }],
  },
  'flex-authorization-refused': {
    severity: 'error',
    title: 'Flex does not let this user in',
    explanation:
      'The login is right, but the user has no grants in Flex: most often the role that was sent is not one of Flex.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Enterprise applications > Users and groups',
      action: 'Give the user the role admin, supervisor or agent.',
    },
    symptoms: [
      { twilio: 45003, likely: true },
      { twilio: 70253, likely: true },
    ],
  },
  'flex-configuration-error': {
    severity: 'error',
    title: 'Flex says that the configuration of the connection is wrong',
    explanation: 'Flex found the connection, but cannot use what was entered there; it does not say which value.',
    fix: {
      product: 'Flex Console',
      field: page,
      action: 'Compare every value there with the identity provider, and click Save.',
    },
    symptoms: [{ twilio: 45009, likely: true }],
  },
  'refusal-unknown': {
    severity: 'error',
    title: 'This is an error that flex-sso knows no cause for',
    explanation:
      'A system says that something failed. Its words are kept as evidence; what they mean is not known here.',
    fix: {
      product: 'the identity provider',
      field: 'its log at the time of this login',
      action: 'Look this login up there, and search the documentation of the product for these words.',
    },
    symptoms: [{ check: 'the words and the HTTP status of the page at which the login stopped' }],
  },
} as const satisfies Record<string, Cause>;
