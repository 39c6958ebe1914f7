import type { Cause } from '../cause.js';

/** Whether the metadata of an identity provider gives what Flex needs. */
export const metadataCauses = {
  'identity-providers-several': {
    severity: 'warning',
    title: 'The metadata describes several identity providers',
    explanation: 'Each has an issuer and certificates of its own, and nothing says which of them Flex uses.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > App Federation Metadata Url',
      action:
        'Hand over the metadata of the one application that Flex uses, or name its certificate with --certificate.',
    },
    symptoms: [{ check: 'how many identity providers the metadata describes' }],
  },
  'sso-url-absent': {
    severity: 'error',
    title: 'The metadata names no Single Sign-On URL that Flex could use',
    explanation:
      'Flex sends people there to log in, by HTTP-Redirect or HTTP-POST; without such an address no login can begin.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > Set up > Login URL',
      action: 'Download the metadata of the application again, or take the Login URL from there.',
      label: 'ssoUrl',
    },
    symptoms: [{ check: 'SingleSignOnService in the metadata' }],
  },
  'metadata-outdated': {
    severity: 'warning',
    title: 'The metadata is out of date',
    explanation: 'It says itself until when it may be used, and that is over: certificates may have changed since.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > App Federation Metadata Url',
      action: 'Download the metadata again and hand that over.',
    },
    symptoms: [{ check: 'validUntil of the metadata against the clock' }],
  },
  'certificate-unreadable': {
    severity: 'warning',
    title: 'A certificate in the metadata cannot be read',
    explanation: 'It is garbled or cut off; the others are read. If it is the one that signs, Flex needs it whole.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > App Federation Metadata Url',
      action: 'Download the metadata again, and do not edit it.',
    },
    symptoms: [{ check: 'each signing certificate in the metadata' }],
  },
} as const satisfies Record<string, Cause>;
