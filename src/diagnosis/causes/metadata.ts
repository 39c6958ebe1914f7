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
      elsewhere: 'Download the metadata of the application again, or copy the Single Sign-On URL from there.',
      label: 'ssoUrl',
    },
    symptoms: [{ check: 'SingleSignOnService in the metadata' }],
  },
  'sso-url-unusable': {
    severity: 'warning',
    title: 'The metadata names something that is not a valid Single Sign-On URL',
    explanation:
      'Flex sends browsers there, so it needs an https address that they can open. Any other Single Sign-On URL of the metadata is read.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > Set up > Login URL',
      action: 'Download the metadata of the application again, or take the Login URL from there.',
      elsewhere: 'Download the metadata of the application again, or copy the Single Sign-On URL from there.',
      label: 'ssoUrl',
    },
    symptoms: [{ check: 'each SingleSignOnService in the metadata' }],
  },
  'saml-version-unsupported': {
    severity: 'error',
    title: 'The metadata does not list SAML 2.0',
    explanation: 'The identity provider says there which protocols it supports. Flex speaks only SAML 2.0.',
    fix: {
      product: 'the identity provider',
      field: 'the protocol of the application',
      action: 'Choose SAML 2.0, and download the metadata again.',
    },
    symptoms: [{ check: 'protocolSupportEnumeration of the metadata' }],
  },
  'entity-id-spaced': {
    severity: 'warning',
    title: 'The Entity ID in the metadata holds white space',
    explanation: 'It should be a URI. Flex compares the issuer letter by letter, and white space is easily lost.',
    fix: {
      product: 'the identity provider',
      field: 'the Entity ID of the identity provider',
      action: 'Remove the white space, and download the metadata again.',
    },
    symptoms: [{ check: 'entityID in the metadata' }],
  },
  'metadata-template': {
    severity: 'error',
    title: 'The metadata belongs to no tenant: its values are a template',
    explanation:
      'It is a pattern for all customers of the identity provider. Flex compares the issuer letter by letter, and no tenant sends this one.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > App Federation Metadata Url',
      action:
        'Download the metadata from this address: it holds the ID of your tenant, and ?appid= of the application.',
      elsewhere: 'Download the metadata of the application that Flex uses, in your own tenant.',
    },
    symptoms: [{ check: 'placeholders in Entity ID and Single Sign-On URL of the metadata' }],
  },
  'certificate-chained': {
    severity: 'info',
    title: 'Several certificates stand in one element of the metadata, one behind the other',
    explanation: 'This is a chain of certificates. Its first certificate is read; Flex needs only that one.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Certificate (Base64)',
      action: 'Enter only the signing certificate in Flex, not the chain.',
    },
    symptoms: [{ check: 'each signing certificate in the metadata' }],
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
    title: 'A certificate cannot be read',
    explanation: 'It is garbled or cut off; the others are read. If it is the one that signs, Flex needs it whole.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > App Federation Metadata Url',
      action: 'Download the metadata again, and do not edit it.',
    },
    symptoms: [{ check: 'each signing certificate in the metadata' }],
  },
} as const satisfies Record<string, Cause>;
