import type { Cause } from '../cause.js';

const claims = 'Single sign-on > Attributes & Claims';
const roles = 'App registrations > App roles, and Enterprise applications > Users and groups';

/** Whether Flex takes the person for whom they are. */
export const identityCauses = {
  'name-id-changed': {
    severity: 'error',
    title: 'The NameID is not the one that Flex knows this person by',
    explanation:
      'A changed NameID makes a second, billed Worker without the skills, queues and history of the first one.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > Unique User Identifier (Name ID)`,
      action: 'Map the attribute that the legacy application sends, before anybody else logs in.',
    },
    symptoms: [{ check: 'the NameID, exactly and regardless of case, against the Workers of before' }],
  },
  'name-id-transient': {
    severity: 'error',
    title: 'The NameID is another one at each login',
    explanation: 'A transient NameID makes a new, billed Worker at every login.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > Unique User Identifier (Name ID) > Name identifier format`,
      action: 'Choose "Unspecified" or "Email address".',
    },
    symptoms: [{ check: 'the Format of the NameID' }],
  },
  'worker-new': {
    severity: 'warning',
    title: 'This person has no Worker yet',
    explanation: 'Their first login makes one, which is billed from then on.',
    fix: {
      product: 'Flex Console',
      field: 'TaskRouter > Workers',
      action: 'Nothing if the person is new; else compare the NameID.',
    },
    symptoms: [{ check: 'the NameID against the Workers of before' }],
  },
  'roles-differ': {
    severity: 'warning',
    title: 'Flex holds other roles than the identity provider assigns',
    explanation:
      'The roles of the Worker are not those of the assignment: an older login, or another application, set them.',
    fix: {
      product: 'Microsoft Entra',
      field: roles,
      action: 'Correct the assignment, and log in again in a private window.',
    },
    symptoms: [{ check: 'the roles of the Worker against the assignment' }],
  },
  'attributes-differ': {
    severity: 'info',
    title: 'Flex holds another email or full name than the identity provider',
    explanation: 'The claim is mapped from another property of the user, or the Worker was changed by something else.',
    fix: { product: 'Microsoft Entra', field: claims, action: 'Nothing, if that is on purpose.' },
    symptoms: [{ check: 'the attributes of the Worker against the user' }],
  },
} as const satisfies Record<string, Cause>;
