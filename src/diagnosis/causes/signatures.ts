import type { Cause } from '../cause.js';

const signingOption = 'Single sign-on > SAML Certificates > Token signing certificate > Signing Option';
const signingAlgorithm = 'Single sign-on > SAML Certificates > Token signing certificate > Signing Algorithm';
const signBoth = 'Have it sign the response and the assertion.';

/** Whether the answer of the identity provider is signed as Flex demands. */
export const signatureCauses = {
  'message-altered': {
    severity: 'error',
    title: 'The message was changed after it was signed',
    explanation:
      'The signature does not fit the content. Even a space that an editor added is enough; so is an attack.',
    fix: {
      product: 'the identity provider',
      field: 'where the message was captured',
      action: 'Capture the message again and hand it over as it travels (base64 or HAR), not reformatted.',
    },
    symptoms: [
      { says: /digest.{0,40}(mismatch|incorrect|does not match)|calculated digest/i, likely: true },
      { check: 'the digest' },
    ],
  },
  'signature-missing': {
    severity: 'error',
    title: 'Neither the response nor the assertion is signed',
    explanation: 'Nothing proves who wrote the message. Flex refuses it, and flex-sso shows no identity from it.',
    fix: {
      product: 'Microsoft Entra',
      field: signingOption,
      action: 'Choose "Sign SAML response and assertion".',
      elsewhere: signBoth,
    },
    symptoms: [
      { says: /signature is missing|missing signature|neither .{0,60} signed/i },
      { check: 'the signatures of the message' },
    ],
  },
  'response-unsigned': {
    severity: 'error',
    title: 'The response is not signed',
    explanation: 'Flex wants the response and the assertion both signed.',
    fix: {
      product: 'Microsoft Entra',
      field: signingOption,
      action: 'Choose "Sign SAML response and assertion".',
      elsewhere: signBoth,
    },
    symptoms: [
      { says: /response (is )?(not|must be) signed/i },
      { says: /invalid document signature/i, likely: true },
      { check: 'the signature of the response' },
    ],
  },
  'assertion-unsigned': {
    severity: 'error',
    title: 'The assertion is not signed',
    explanation: 'Flex wants the response and the assertion both signed; here the response alone is.',
    fix: {
      product: 'Microsoft Entra',
      field: signingOption,
      action: 'Choose "Sign SAML response and assertion".',
      elsewhere: signBoth,
    },
    symptoms: [{ says: /assertion (is )?(not|must be) signed/i }, { check: 'the signature of the assertion' }],
  },
  'signature-weak': {
    severity: 'error',
    title: 'The message is signed with SHA-1 or MD5',
    explanation: 'Both are broken; Flex wants SHA-256.',
    fix: {
      product: 'Microsoft Entra',
      field: signingAlgorithm,
      action: 'Choose "SHA-256".',
    },
    symptoms: [
      { says: /sha-?1\b.{0,60}(not|weak|insecure|deprecated)|is not SHA-256|invalid signature algorithm/i },
      { check: 'the algorithms of the signatures' },
    ],
  },
  'signature-unsupported': {
    severity: 'error',
    title: 'The message is signed with an algorithm that cannot be verified here',
    explanation: 'Flex wants RSA with SHA-256. flex-sso verifies RSA and ECDSA with SHA-256, SHA-384 and SHA-512.',
    fix: {
      product: 'Microsoft Entra',
      field: signingAlgorithm,
      action: 'Choose "SHA-256", with an RSA certificate.',
    },
    symptoms: [{ check: 'the algorithms of the signatures' }],
  },
  'signature-unusual': {
    severity: 'warning',
    title: 'The message is not signed with RSA and SHA-256',
    explanation:
      'The algorithm is not a weak one, but the guide asks for SHA-256, and whether Flex takes another is not documented.',
    fix: {
      product: 'Microsoft Entra',
      field: signingAlgorithm,
      action: 'Choose "SHA-256", with an RSA certificate, unless logins work as it is.',
    },
    symptoms: [{ check: 'the algorithms of the signatures' }],
  },
} as const satisfies Record<string, Cause>;
