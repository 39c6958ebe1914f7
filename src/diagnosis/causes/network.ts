import type { Cause } from '../cause.js';

/** Between this computer and Flex: nothing that is entered anywhere for the connection. */
export const networkCauses = {
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
