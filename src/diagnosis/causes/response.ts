import type { Cause } from '../cause.js';

/** Whether the answer of the identity provider is one that Flex can read. */
export const responseCauses = {
  'message-aside': {
    severity: 'info',
    title: 'A message that is no part of a login to Flex was set aside',
    explanation:
      'It is a logout, or belongs to another application or to a hop between identity providers. It is named, and not judged.',
    fix: {
      product: 'the browser',
      field: 'where the message was captured',
      action: 'Nothing, if the login to Flex is there too; else record a login that begins and ends at Flex.',
    },
    symptoms: [{ check: 'Destination, Recipient, Audience and where it was sent against the addresses of Flex' }],
  },
  'recording-too-large': {
    severity: 'warning',
    title: 'The recording holds more SAML messages than are explained at once',
    explanation: 'The last ones are explained, which are what the login ended with; older ones were left out.',
    fix: {
      product: 'the browser',
      field: 'the Network tab',
      action: 'Clear it, record one login alone, and hand over that recording.',
    },
    symptoms: [{ check: 'how many messages a recording holds, and how large they are' }],
  },
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
    symptoms: [
      {
        says: /only one (Encrypted)?Assertion element|SAMLResponse should be unique|signature was found more than one/i,
      },
      { check: 'which element the signature covers, and how many assertions there are' },
    ],
  },
  'message-unsafe': {
    severity: 'error',
    title: 'The message holds something that no SAML message holds',
    explanation:
      'No identity provider writes such a message; a careless reader can be misled by it, or kept busy for long.',
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
      { says: /not well-?formed|not a valid saml response|does not contain an Assertion/i, likely: true },
      { says: /SAML Assertion version not supported/i, likely: true },
      { check: 'the form of the message' },
    ],
  },
  'response-enveloped': {
    severity: 'error',
    title: 'The response travels in a way that Flex does not use',
    explanation:
      'Flex takes a SAML 2.0 response from a form that the browser sends (HTTP-POST), and nothing around it.',
    fix: {
      product: 'the identity provider',
      field: 'the response binding of the application',
      action: 'Choose SAML 2.0 with HTTP-POST.',
    },
    symptoms: [{ check: 'the outermost element of the message' }],
  },
  'assertion-advice': {
    severity: 'info',
    title: 'The assertion carries another assertion as its advice',
    explanation: 'It is not read, and it proves nothing. Whether Flex accepts such a message is not documented.',
    fix: {
      product: 'the identity provider',
      field: 'the assertion of the application',
      action: 'Nothing, if logins work; else send no Advice.',
    },
    symptoms: [{ check: 'Advice in the assertion' }],
  },
  'assertion-missing': {
    severity: 'error',
    title: 'The response holds no assertion',
    explanation: 'Only an assertion says who logs in. Without it, no login can succeed.',
    fix: {
      product: 'the identity provider',
      field: 'the assertion of the application',
      action: 'Send an assertion with each successful login. If a part was lost on the way, capture the message again.',
    },
    symptoms: [{ check: 'Assertion in a response without an error' }],
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
      { says: /encrypted.{0,30}assertion|assertion.{0,30}encrypted|decryptionKey/i, likely: true },
      { says: /(cannot|can't|could not|unable to|fail\w*).{0,30}decrypt|decrypt\w*.{0,30}(fail|error)/i, likely: true },
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
      elsewhere: 'Enter the Issuer (Entity ID) exactly as the identity provider shows it, and click Save.',
      label: 'issuer',
    },
    symptoms: [
      { twilio: 70004 },
      { says: /invalid issuer|issuer (is )?(invalid|does not match|mismatch)|was .{1,300}, but expected/i },
      { check: 'Issuer of the response against the recorded one' },
    ],
  },
} as const satisfies Record<string, Cause>;
