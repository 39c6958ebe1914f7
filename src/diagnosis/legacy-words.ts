import type { CauseCode } from './causes.js';

interface Words {
  title?: string;
  explanation?: string;
  /** What to do, at the same field of the same product. */
  action?: string;
  /** What to do instead while Flex uses the enhanced connection: the settings of the legacy one cannot be corrected then. */
  away?: string;
  /** There is nothing to mend. */
  isFinal?: true;
}

const noNewOne =
  'Do not rely on a new certificate: the legacy connection holds the former one, and likely takes no other while the enhanced connection ' +
  'is in use. If the former one is still there and valid, make it active. Otherwise, stay on the enhanced connection.';

/** What differs where a cause speaks of the legacy connection: its own values, and what they mean. Data alone. */
export const legacyWords: Readonly<Partial<Record<CauseCode, Words>>> = {
  'entity-id-unknown': {
    title: 'The identity provider knows no application with its Entity ID',
    explanation:
      'Flex introduces itself with the Entity ID of the legacy connection, and the application does not have exactly this one as an identifier.',
    action: 'Add the Entity ID that Flex sends beside what is there, exactly as the evidence shows it.',
  },
  'acs-url-mismatch': {
    title: 'Its ACS URL is not among those of the application',
    action: 'Add the ACS URL that Flex sends beside what is there, exactly as the evidence shows it.',
  },
  'application-missing': {
    title: 'Its application is no longer in the tenant',
    explanation: 'Microsoft Entra does not show the application that the legacy connection logs people in through.',
  },
  'tenant-wrong': {
    title: 'It sends people to another tenant',
    explanation: 'Its Single Sign-On URL names another Microsoft Entra tenant than when the migration began.',
    action: 'Enter the Login URL of the application that has its Entity ID, and click Save.',
  },
  'sso-url-wrong': {
    title: 'It sends people to another Single Sign-On URL',
    explanation: 'Its Single Sign-On URL is not the one of when the migration began.',
  },
  'certificate-rolled': {
    title: 'Its application signs with another certificate than before',
    explanation:
      'Flex checks a legacy login with the certificate that its legacy connection holds. That is likely the one from before.',
    action: 'Enter the certificate that is active at the identity provider now, and click Save.',
    away:
      'Nothing is to be entered here while the enhanced connection is in use. If the evidence shows that the former certificate is still ' +
      'valid, make it active in Microsoft Entra. If the enhanced connection uses the same application, enter it as its X.509 Certificate ' +
      'at the same time: nobody can log in until both are done. Otherwise, stay on the enhanced connection.',
  },
  'certificate-several-active': {
    title: 'Its application may sign with another certificate than before',
    explanation:
      'Several certificates are valid, and none is active. Flex checks a legacy login with the certificate that its legacy connection ' +
      'holds. That is likely the one from before.',
    action:
      'Make the certificate from before active. If the enhanced connection uses the same application, enter it as its X.509 Certificate at ' +
      'the same time: nobody can log in until both are done.',
  },
  'certificate-expired': { away: noNewOne },
  'certificate-not-yet-valid': { away: noNewOne },
  'signing-key-missing': { away: noNewOne },
  'name-id-changed': {
    title: 'Its application makes the NameID of another attribute than before',
    action: 'Map the attribute from before, as the evidence shows it.',
  },
  'legacy-switched-off': {
    title: 'It does not log anybody in any more',
    action:
      'Use the enhanced connection (`flex-sso migrate` goes forward to it); there is likely no way back any more.',
    isFinal: true,
  },
  'legacy-settings-broken': { title: 'Flex cannot use its settings' },
  'trusted-url-missing': { title: 'It does not trust the address that a login returns to' },
};
