import type { Cause } from '../cause.js';

/** Between this computer and Flex: nothing that is entered anywhere for the connection. */
export const networkCauses = {
  'flex-no-answer': {
    severity: 'error',
    title: 'Flex did not answer, or not in time',
    explanation:
      'The network, a proxy or Flex itself stood in the way. That says nothing about what is entered in Flex Console.',
    fix: {
      product: 'this computer',
      field: 'network, proxy (HTTPS_PROXY, NO_PROXY) and VPN',
      action:
        'See whether services.twilio.com can be reached from here, and at status.twilio.com whether Flex is disturbed.',
    },
    symptoms: [
      { says: /the login took longer than \d+ seconds/i },
      { check: 'whether Flex answers at all, and with no error of its own' },
    ],
  },
  'login-loop': {
    severity: 'error',
    title: 'The login is sent round in a circle',
    explanation:
      'Each address sends the browser on to the next, none to the identity provider. Most often a proxy or gateway does that.',
    fix: {
      product: 'this computer',
      field: 'proxy (HTTPS_PROXY, NO_PROXY), gateway and `--endpoints`',
      action: 'Look with `--debug` at which addresses come again and again, and try it without the proxy or gateway.',
    },
    symptoms: [{ says: /redirected more than \d+ times|redirect to each other without end/i }],
  },
} as const satisfies Record<string, Cause>;
