import type { Cause } from '../cause.js';

const claims = 'Single sign-on > Attributes & Claims';
const roles = 'App registrations > App roles, and Enterprise applications > Users and groups';

/** What the assertion says of the person: the NameID, email, full_name and roles. */
export const attributeCauses = {
  'claims-overridden': {
    severity: 'error',
    title: 'Another claims policy took the place of the one for Flex',
    explanation:
      'An assigned claims mapping policy decides alone what is sent; this one sends nothing of what Flex needs, whatever the portal shows.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} (claims mapping policy of the application)`,
      action: 'Take that policy off the application, and run `flex-sso resume`: it plans the claims again.',
    },
    symptoms: [{ check: 'the assigned claims mapping policy against the one of the migration' }],
  },
  'name-id-missing': {
    severity: 'error',
    title: 'The assertion holds no NameID',
    explanation: 'The NameID becomes the Flex user name; without it Flex does not know who logs in.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > Unique User Identifier (Name ID)`,
      action: 'Map an attribute that everybody has.',
    },
    symptoms: [{ says: /no NameID|NameID is missing/i }, { check: 'NameID of the assertion' }],
  },
  'name-id-spaces': {
    severity: 'warning',
    title: 'White space stands around the NameID',
    explanation:
      'The NameID becomes the Flex user name, compared character by character: with a space more somebody is likely another user, with another Worker.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > Unique User Identifier (Name ID)`,
      action: 'Take the space out of the property of the user that it comes from.',
    },
    symptoms: [{ check: 'the first and last character of the NameID' }],
  },
  'attribute-repeated': {
    severity: 'warning',
    title: 'An attribute is sent twice',
    explanation: 'Flex expects one email, full_name and roles each; which of two it takes is not documented.',
    fix: {
      product: 'Microsoft Entra',
      field: claims,
      action: 'Delete one of the two claims with this name, so that one source is left.',
    },
    symptoms: [{ check: 'the names of the attributes' }],
  },
  'attribute-namespaced': {
    severity: 'error',
    title: 'An attribute has a namespace in its name',
    explanation:
      'Flex ignores attributes whose name carries a namespace (http://…/email); it wants email, full_name and roles alone.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > the claim > Namespace`,
      action: 'Empty the Namespace of this claim.',
    },
    symptoms: [{ check: 'the names of the attributes' }],
  },
  'attribute-misspelt': {
    severity: 'error',
    title: 'An attribute is misspelt',
    explanation: 'Flex looks for email, full_name and roles by exactly these names; a similar one is not found.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > the claim > Name`,
      action: 'Name it exactly email, full_name or roles.',
    },
    symptoms: [{ check: 'the names of the attributes' }],
  },
  'mail-empty': {
    severity: 'error',
    title: 'The user has no mail address',
    explanation:
      'The attribute email comes from a property that is empty for this user, and Flex refuses a login without it.',
    fix: {
      product: 'Microsoft Entra',
      field: `Users > Properties > Email, or ${claims} > email`,
      action: 'Fill the mail of the user, or map email from an attribute that everybody has.',
    },
    symptoms: [
      { twilio: 45050, says: /\bemail\b/ },
      { check: 'the attribute email, and the mail of the assigned users' },
    ],
  },
  'roles-disabled': {
    severity: 'error',
    title: 'The app roles are switched off',
    explanation: 'Microsoft Entra sends no role that is not enabled, so whoever holds it comes to Flex without one.',
    fix: {
      product: 'Microsoft Entra',
      field: 'App registrations > App roles > "Do you want to enable this app role?"',
      action: 'Enable admin, supervisor and agent again, and click Apply.',
    },
    symptoms: [{ check: 'whether the roles of those who are assigned are enabled' }],
  },
  'roles-missing': {
    severity: 'error',
    title: 'No role is sent',
    explanation:
      'Flex needs the attribute roles with admin, supervisor or agent. The user was assigned without a role, or the claim is not mapped.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > roles, and Enterprise applications > Users and groups`,
      action: 'Map roles from user.assignedroles, and give the user a role.',
      elsewhere: 'Send roles from where the role of the user is kept, and give the user a role.',
    },
    symptoms: [{ twilio: 45050, says: /\broles\b/ }, { check: 'the attribute roles' }],
  },
  'roles-title': {
    severity: 'error',
    title: 'A role is sent by its title instead of its value',
    explanation:
      '"Administrator", "Supervisor" or "Agent" is what people read; Flex knows the values admin, supervisor and agent alone.',
    fix: {
      product: 'Microsoft Entra',
      field: 'App registrations > App roles > Value',
      action: 'Make the Value of the role exactly admin, supervisor or agent, in lower case.',
    },
    symptoms: [{ check: 'the values of the attribute roles' }],
  },
  'roles-invalid': {
    severity: 'error',
    title: 'No role that is sent is one of Flex',
    explanation: 'Flex knows admin, supervisor and agent, and wfo.… of Flex Insights beside one of them.',
    fix: {
      product: 'Microsoft Entra',
      field: roles,
      action: 'Give the user a role whose value is admin, supervisor or agent.',
    },
    symptoms: [
      { twilio: 45050, says: /\broles\b.{0,40}invalid/i, likely: true },
      { check: 'the values of the attribute roles' },
    ],
  },
  'roles-unknown': {
    severity: 'warning',
    title: 'A role is sent that Flex does not know',
    explanation: 'Beside a role of Flex another value is sent, which Flex likely ignores.',
    fix: {
      product: 'Microsoft Entra',
      field: roles,
      action: 'Take the role away from the user if nothing else needs it.',
    },
    symptoms: [{ check: 'the values of the attribute roles' }],
  },
  'roles-list': {
    severity: 'info',
    title: 'Several roles are sent as one list',
    explanation: 'Flex takes several values as well as one list with commas; other separators it does not take.',
    fix: { product: 'Microsoft Entra', field: `${claims} > roles`, action: 'Nothing.' },
    symptoms: [{ check: 'the values of the attribute roles' }],
  },
  'attribute-missing': {
    severity: 'error',
    title: 'An attribute that Flex demands is not sent',
    explanation: 'Flex refuses a login without email, full_name and roles.',
    fix: {
      product: 'Microsoft Entra',
      field: `${claims} > Add new claim`,
      action:
        'Add it without a namespace: email = user.mail, full_name = user.displayname, roles = user.assignedroles.',
      elsewhere: 'Add it without a namespace, by exactly this name.',
    },
    symptoms: [
      { twilio: 45050, says: /\bfull_name\b/ },
      { twilio: 45050, likely: true },
      { check: 'the names of the attributes' },
    ],
  },
  'attribute-empty': {
    severity: 'error',
    title: 'An attribute that Flex demands is empty',
    explanation: 'The attribute is sent, but without a value, because the user has none there.',
    fix: {
      product: 'Microsoft Entra',
      field: `Users > Properties, or ${claims}`,
      action: 'Fill the property of the user, or map the claim from one that everybody has.',
    },
    symptoms: [{ check: 'the values of the attributes' }],
  },
} as const satisfies Record<string, Cause>;
