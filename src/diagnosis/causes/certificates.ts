import type { Cause } from '../cause.js';

const flexCertificate = 'Single sign-on (SSO) > X.509 Certificate';
const tokenSigning = 'Single sign-on > SAML Certificates > Token signing certificate';

/** Whether the certificate that Flex holds is the one that the identity provider signs with. */
export const certificateCauses = {
  'certificate-expired': {
    severity: 'error',
    title: 'The certificate has expired',
    explanation:
      'Signatures made with an expired certificate are not accepted. The identity provider may already sign with a newer one.',
    fix: {
      product: 'Microsoft Entra',
      field: tokenSigning,
      action: 'Create a new certificate, make it active, and enter it in Flex Console as X.509 Certificate.',
    },
    symptoms: [
      { says: /certificate (has |is )?expired/i },
      { says: /certificate is not currently valid/i, likely: true },
      { check: 'validTo of the certificate against the clock' },
    ],
  },
  'certificate-not-yet-valid': {
    severity: 'error',
    title: 'The certificate is not valid yet',
    explanation:
      'The time from which the certificate may be used lies ahead: it was made for later, or a clock is wrong.',
    fix: {
      product: 'Microsoft Entra',
      field: tokenSigning,
      action: 'Make a certificate active that is valid now, and enter it in Flex Console as X.509 Certificate.',
    },
    symptoms: [
      { says: /certificate (is )?not (yet|valid yet)/i },
      { says: /certificate is not currently valid/i, likely: true },
      { check: 'validFrom of the certificate against the clock' },
    ],
  },
  'certificate-rolled': {
    severity: 'error',
    title: 'The identity provider signs with a new certificate that Flex does not have',
    explanation: 'The signing certificate was changed at the identity provider, and Flex still holds the old one.',
    fix: {
      product: 'Flex Console',
      field: flexCertificate,
      action:
        'Enter the certificate that is active at the identity provider now (Certificate (Base64)), and click Save.',
      elsewhere: 'Enter the certificate that is active at the identity provider now, and click Save.',
      label: 'certificate',
    },
    symptoms: [
      { says: /invalid thumbprint/i, likely: true },
      { check: "the recorded certificate against the identity provider's active one" },
    ],
  },
  'certificate-wrong': {
    severity: 'error',
    title: 'The certificate is not the right one',
    explanation:
      'It does not belong to the key of the signature, or is not the one that it was held against: one of them is of another application, or an old one.',
    fix: {
      product: 'Flex Console',
      field: flexCertificate,
      action: "Enter the application's own Certificate (Base64), whole, with its BEGIN and END lines, and click Save.",
      elsewhere: "Enter the application's own certificate, whole, with its BEGIN and END lines, and click Save.",
      label: 'certificate',
    },
    symptoms: [
      { says: /signature check errors|invalid signature\b|could not validate signature/i, likely: true },
      { says: /PEM_read_bio|signing certificate is invalid/i, likely: true },
      { check: 'the signature under each recorded certificate' },
    ],
  },
  'certificate-several-active': {
    severity: 'warning',
    title: 'Several certificates are valid, and nothing says which one is active',
    explanation:
      'Metadata lists old and new certificates beside each other. Flex takes one alone: with the wrong one every login fails.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate > Status',
      action: 'Look up which one is Active, compare its Thumbprint, and take away the others once nothing uses them.',
    },
    symptoms: [{ check: 'the valid certificates in the metadata against the active thumbprint' }],
  },
  'certificate-spare': {
    severity: 'warning',
    title: 'A second certificate is valid beside the active one',
    explanation:
      'Microsoft Entra signs with the active certificate alone, and Flex takes one alone: with the other one in Flex every login fails.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate > Status',
      action:
        'See that the Thumbprint of the active one is that of the certificate in Flex Console, and delete the other once nothing uses it.',
    },
    symptoms: [{ check: 'the valid certificates of the application, of which the active one is known' }],
  },
  'certificate-expires-soon': {
    severity: 'warning',
    title: 'The certificate expires soon',
    explanation: 'From that day on no agent can log in, unless Flex has the next certificate by then.',
    fix: {
      product: 'Microsoft Entra',
      field: tokenSigning,
      action: 'Plan the change: a new certificate there, and the same hour in Flex Console as X.509 Certificate.',
    },
    symptoms: [{ check: 'validTo of the certificate, 30 days ahead' }],
  },
  'certificate-unknown': {
    severity: 'warning',
    title: 'There is no certificate to verify the message with, so nothing that it says is proven',
    explanation:
      'Without the certificate of the identity provider nobody can tell who wrote the message; a certificate inside the message proves nothing.',
    fix: {
      product: 'flex-sso',
      field: '--certificate FILE',
      action: "Name the identity provider's certificate, or the account whose migration recorded it with --account.",
    },
    symptoms: [{ check: 'whether a certificate is known' }],
  },
} as const satisfies Record<string, Cause>;
