import type { Cause } from '../cause.js';

const flexCertificate = 'Single sign-on (SSO) > X.509 Certificate';
const signing = 'Single sign-on > SAML Certificates > Token signing certificate > Signing Option';

/** Whether the answer of the identity provider is one, and signed as Flex demands. */
export const responseCauses = {
  'message-forged': {
    severity: 'error',
    title: 'The message is put together so that its signature covers something else',
    explanation:
      'What is signed is not what a careless reader would take for the login. That is how signature wrapping works; no identity provider writes such a message.',
    fix: {
      product: 'the identity provider',
      field: 'where the message was captured',
      action: 'Trust nothing in it. Capture the message again; if it comes the same way, treat it as an attack.',
    },
    symptoms: [{ check: 'which element the signature covers, and how many assertions there are' }],
  },
  'message-unsafe': {
    severity: 'error',
    title: 'The message holds something that no SAML message holds',
    explanation:
      'It declares a document type or entities, repeats an ID, is nested too deeply or is far too large. It was not read further.',
    fix: {
      product: 'the identity provider',
      field: 'where the message was captured',
      action: 'Capture the message again from the browser; if it comes the same way, treat it as an attack.',
    },
    symptoms: [{ check: 'the form of the message, before anything in it is believed' }],
  },
  'message-malformed': {
    severity: 'error',
    title: 'The message is no well-formed SAML message',
    explanation: 'It is cut off, garbled or lacks what SAML demands, so neither Flex nor flex-sso can read it.',
    fix: {
      product: 'the identity provider',
      field: 'where the message was captured',
      action: 'Capture the message again and hand it over whole.',
    },
    symptoms: [
      { says: /not well-?formed|SAML Assertion version not supported|does not contain an Assertion/i, likely: true },
      { check: 'the form of the message' },
    ],
  },
  'assertion-encrypted': {
    severity: 'error',
    title: 'The assertion is encrypted',
    explanation: 'Flex does not support encrypted assertions and cannot read who logs in.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Token encryption',
      action: 'Deactivate token encryption for this application (Okta: Assertion Encryption "Unencrypted").',
    },
    symptoms: [
      { says: /encrypted.{0,30}assertion|assertion.{0,30}encrypted|decrypt/i, likely: true },
      { check: 'EncryptedAssertion in the response' },
    ],
  },
  'issuer-mismatch': {
    severity: 'error',
    title: 'The issuer is not the one that Flex expects',
    explanation:
      'The identity provider calls itself otherwise than the Identity Provider Issuer in Flex, compared character by character.',
    fix: {
      product: 'Flex Console',
      field: 'Single sign-on (SSO) > Identity Provider Issuer',
      action:
        'Enter the Microsoft Entra Identifier (https://sts.windows.net/…/) with its slash at the end, and click Save.',
      label: 'issuer',
    },
    symptoms: [
      { twilio: 70004 },
      { says: /invalid issuer|issuer (is )?(invalid|does not match|mismatch)|was .{1,300}, but expected/i },
      { check: 'Issuer of the response against the recorded one' },
    ],
  },
  'certificate-expired': {
    severity: 'error',
    title: 'The certificate has expired',
    explanation:
      'Signatures made with an expired certificate are not accepted, and Microsoft Entra moves on to a newer one by itself.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate',
      action: 'Create a new certificate, make it active, and enter it in Flex Console as X.509 Certificate.',
    },
    symptoms: [{ says: /certificate (has |is )?expired/i }, { check: 'validTo of the certificate against the clock' }],
  },
  'certificate-not-yet-valid': {
    severity: 'error',
    title: 'The certificate is not valid yet',
    explanation:
      'The time from which the certificate may be used lies ahead: it was made for later, or a clock is wrong.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate',
      action: 'Make a certificate active that is valid now, and enter it in Flex Console as X.509 Certificate.',
    },
    symptoms: [
      { says: /certificate (is )?not (yet|valid yet)/i },
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
      label: 'certificate',
    },
    symptoms: [
      { says: /invalid thumbprint/i, likely: true },
      { check: "the recorded certificate against the identity provider's active one" },
    ],
  },
  'certificate-wrong': {
    severity: 'error',
    title: 'The signature does not fit the certificate that Flex holds',
    explanation:
      'The message was signed with another key than that of the certificate: the certificate in Flex is of another application, or an old one.',
    fix: {
      product: 'Flex Console',
      field: flexCertificate,
      action: "Enter the application's own Certificate (Base64), whole, with its BEGIN and END lines, and click Save.",
      label: 'certificate',
    },
    symptoms: [
      { says: /signature check errors|invalid signature|PEM_read_bio|signing certificate is invalid/i, likely: true },
      { check: 'the signature under each recorded certificate' },
    ],
  },
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
    fix: { product: 'Microsoft Entra', field: signing, action: 'Choose "Sign SAML response and assertion".' },
    symptoms: [
      { says: /signature is missing|missing signature|neither .{0,60} signed/i },
      { check: 'the signatures of the message' },
    ],
  },
  'response-unsigned': {
    severity: 'error',
    title: 'The response is not signed',
    explanation: 'Flex wants the response and the assertion both signed; here the assertion alone is.',
    fix: { product: 'Microsoft Entra', field: signing, action: 'Choose "Sign SAML response and assertion".' },
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
    fix: { product: 'Microsoft Entra', field: signing, action: 'Choose "Sign SAML response and assertion".' },
    symptoms: [{ says: /assertion (is )?(not|must be) signed/i }, { check: 'the signature of the assertion' }],
  },
  'signature-weak': {
    severity: 'error',
    title: 'The message is signed with SHA-1',
    explanation: 'SHA-1 is broken; Flex wants SHA-256.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate > Signing Algorithm',
      action: 'Choose "SHA-256".',
    },
    symptoms: [
      { says: /sha-?1\b.{0,60}(not|weak|insecure|deprecated)|is not SHA-256|invalid signature algorithm/i },
      { check: 'the algorithms of the signatures' },
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
  'certificate-expires-soon': {
    severity: 'warning',
    title: 'The certificate expires soon',
    explanation: 'From that day on no agent can log in, unless Flex has the next certificate by then.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Token signing certificate',
      action: 'Plan the change: a new certificate there, and the same hour in Flex Console as X.509 Certificate.',
    },
    symptoms: [{ check: 'validTo of the certificate, 30 days ahead' }],
  },
  'certificate-unknown': {
    severity: 'info',
    title: 'There is no certificate to verify the message with',
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
