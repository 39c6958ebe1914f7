import type { Cause } from '../cause.js';

const usersAndGroups = 'Enterprise applications > Users and groups';
const certificates = 'Single sign-on > SAML Certificates > Token signing certificate';

/** What the identity provider makes of the person who logs in. */
export const signInCauses = {
  'signing-key-missing': {
    severity: 'error',
    title: 'The application has no certificate to sign with',
    explanation:
      'The identity provider has to sign its answer, and this application has no signing certificate that is valid.',
    fix: {
      product: 'Microsoft Entra',
      field: certificates,
      action: 'Create a new certificate there, make it active, and enter it into Flex.',
    },
    symptoms: [{ aadsts: '50003' }, { aadsts: '50146' }, { check: 'the signing certificates of the application' }],
  },
  'application-disabled': {
    severity: 'error',
    title: 'Sign-in to the application is switched off',
    explanation: 'Microsoft Entra lets nobody sign in to an application that is disabled.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Enterprise applications > Properties > Enabled for users to sign-in?',
      action: 'Choose Yes, and click Save.',
    },
    symptoms: [{ aadsts: '7000112' }, { check: 'accountEnabled of the service principal' }],
  },
  'wrong-password': {
    severity: 'error',
    title: 'The user name or the password is wrong',
    explanation:
      'The identity provider does not know this user with this password; this is no fault of the connection.',
    fix: { product: 'Microsoft Entra', field: 'Users', action: 'Log in again, or reset the password of the user.' },
    symptoms: [
      { aadsts: '50126' },
      { aadsts: '50055' },
      { aadsts: '50056' },
      { says: /LOGIN_ERROR.{0,300}(invalid_user_credentials|user_not_found)|INVALID_CREDENTIALS/, likely: true },
    ],
  },
  'user-disabled': {
    severity: 'error',
    title: 'The account of the user is disabled or locked',
    explanation: 'The identity provider knows the user, but does not let them log in to anything at present.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Users > Properties > Account enabled',
      action: 'Enable or unlock the account.',
    },
    symptoms: [{ aadsts: '50057' }, { aadsts: '50053' }],
  },
  'user-not-in-tenant': {
    severity: 'error',
    title: 'The user is not in this tenant',
    explanation: 'The account that was chosen belongs to another organisation, or is a personal one.',
    fix: {
      product: 'the browser',
      field: 'a private window',
      action: 'Log in with an account of the tenant, or invite the user in Microsoft Entra.',
    },
    symptoms: [{ aadsts: '50020' }, { aadsts: '50034' }, { aadsts: '51004', likely: true }],
  },
  'group-nested': {
    severity: 'error',
    title: 'The user belongs to a group inside an assigned group',
    explanation:
      'Microsoft Entra assigns the direct members of a group alone; members of a group within it are left out.',
    fix: {
      product: 'Microsoft Entra',
      field: usersAndGroups,
      action: 'Assign the inner group too, with its role, or make the user a direct member of the assigned group.',
    },
    symptoms: [{ check: 'the memberships of the user against the assigned groups' }],
  },
  'user-not-assigned': {
    severity: 'error',
    title: 'The user is not assigned to the application',
    explanation:
      'The application lets in assigned users alone, and this user is not one of them, neither alone nor through a group.',
    fix: {
      product: 'Microsoft Entra',
      field: usersAndGroups,
      action: 'Add the user, or a group that holds them directly, with a Flex role.',
    },
    symptoms: [
      { aadsts: '50105' },
      { says: /app_not_(enabled|configured_for_user)|user (is )?not assigned|MSIS5007/i, likely: true },
      { says: /do not have access to this application|unauthorized access to app/i, likely: true },
    ],
  },
  'conditional-access': {
    severity: 'error',
    title: 'A Conditional Access policy stands in the way',
    explanation:
      'A policy of the tenant blocks this login, or demands a device, a place or a second factor that is not there.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Protection > Conditional Access > Policies',
      action:
        'Look the policy up in the sign-in log, and meet it, or include the new application in it as the old one was.',
    },
    symptoms: [
      { aadsts: '53003' },
      { aadsts: '53000' },
      { aadsts: '53001' },
      { aadsts: '53002' },
      { aadsts: '530032', likely: true },
      { aadsts: '50158', likely: true },
      { check: 'conditionalAccessStatus in the sign-in log' },
    ],
  },
  'mfa-required': {
    severity: 'error',
    title: 'A second factor is demanded and was not given',
    explanation:
      'The tenant demands multifactor authentication for this login; the user has not done it, or has not set it up.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Protection > Conditional Access, and the Security info of the user',
      action: 'Let the user set the second factor up at aka.ms/mfasetup and log in again.',
    },
    symptoms: [{ aadsts: '50076' }, { aadsts: '50079' }, { aadsts: '50074' }, { aadsts: '50072' }],
  },
  'conditional-access-uncovered': {
    severity: 'warning',
    title: 'Conditional Access covers the old application, but not the new one',
    explanation:
      'A new application has an application id of its own; policies that name the old one do not protect it.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Protection > Conditional Access > Policies > Target resources',
      action: 'Add the new application to every policy that names the old one.',
    },
    symptoms: [{ check: 'the policies against both applications' }],
  },
  'consent-missing': {
    severity: 'error',
    title: 'Nobody has consented to the application',
    explanation: 'An administrator has to consent to what the application may do before people can log in with it.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Enterprise applications > Permissions',
      action: 'Choose "Grant admin consent".',
    },
    symptoms: [{ aadsts: '65001' }, { aadsts: '90094' }],
  },
  'name-id-source-empty': {
    severity: 'error',
    title: 'The attribute that the NameID comes from is empty for this user',
    explanation: 'Without a NameID there is no login; most often the NameID is user.mail and the user has no mail.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Users > Properties > Email, or Single sign-on > Attributes & Claims > Unique User Identifier (Name ID)',
      action: 'Fill the mail of the user, or map an attribute that everybody has.',
    },
    symptoms: [{ aadsts: '501241' }, { check: 'the mail of the assigned users' }],
  },
  'identity-provider-refused': {
    severity: 'error',
    title: 'The identity provider answered that the login failed',
    explanation: 'It gives a reason instead of a login.',
    fix: {
      product: 'the identity provider',
      field: 'its sign-in log',
      action: 'Look this login up in the log of the identity provider, and mend what it names.',
    },
    symptoms: [
      { says: /status:(Responder|Requester|AuthnFailed|RequestDenied|VersionMismatch)/, likely: true },
      { says: /error on the part of the (requester|SAML responder)|responding provider was unable/i, likely: true },
      { check: 'StatusCode of the response' },
    ],
  },
} as const satisfies Record<string, Cause>;
