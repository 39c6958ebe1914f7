import type { Cause } from '../cause.js';
import { basicSaml, enterAcsUrl } from './basic-saml.js';

/** Whether the answer is meant for this connection, this login and this moment. */
export const conditionCauses = {
  'destination-mismatch': {
    severity: 'error',
    title: 'The response is addressed to another URL',
    explanation: 'The Destination of the response is not the ACS URL of the connection.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Reply URL (Assertion Consumer Service URL)`,
      action: 'Enter the whole ACS URL as Flex Console shows it, and take others away or out of first place.',
      label: 'acsUrl',
    },
    symptoms: [
      {
        says: /destination(?! in the request).{0,300}(invalid|mismatch|d(oes|id)(n't| not) match)|was received at .{1,300} instead of/i,
      },
      { check: 'Destination of the response against the ACS URL' },
    ],
  },
  'recipient-mismatch': {
    severity: 'error',
    title: 'The assertion is meant for another URL',
    explanation: 'The Recipient of the assertion is not the ACS URL of the connection.',
    fix: enterAcsUrl,
    symptoms: [
      { says: /recipient.{0,60}(invalid|mismatch|does(n't| not) match)/i },
      { check: 'Recipient of the assertion against the ACS URL' },
    ],
  },
  'audience-mismatch': {
    severity: 'error',
    title: 'The assertion is meant for another service',
    explanation:
      'The Audience of the assertion is not the Entity ID of the connection, compared character by character.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Identifier (Entity ID)`,
      action: 'Enter the Entity ID exactly as Flex Console shows it: urn:flex:JQ….',
      label: 'entityId',
    },
    symptoms: [
      { says: /audience.{0,60}(invalid|mismatch|does(n't| not) match)|missing audience/i },
      { check: 'Audience of the assertion against the Entity ID' },
    ],
  },
  'relay-state-lost': {
    severity: 'error',
    title: 'The identity provider does not send RelayState back',
    explanation:
      'The login began at Flex, and Flex took the answer for one that began at the identity provider: by RelayState it knows its own logins again.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > Basic SAML Configuration > Relay State',
      action:
        'Leave it empty, so that what Flex sent comes back unchanged, and see that no gateway on the way drops it.',
    },
    symptoms: [{ check: 'words for a login that began at the identity provider, where it began at Flex' }],
  },
  'in-response-to-missing': {
    severity: 'error',
    title: 'The response answers no login that Flex began',
    explanation:
      'InResponseTo or RelayState is missing, as when a login begins at the identity provider. Flex then likely takes it for an IdP-initiated login.',
    fix: {
      product: 'the identity provider',
      field: 'the tile or bookmark of the application',
      action: 'Let people begin with the login link of Flex; for a tile, set the Default redirect URL in Flex Console.',
    },
    symptoms: [
      { says: /IdP[- ]Initiated|login is unknown or expired/i, likely: true },
      { says: /RelayState.{0,30}(missing|empty|absent)|missing RelayState/i, likely: true },
      { says: /InResponseTo is missing/i },
      { check: 'InResponseTo of the response' },
    ],
  },
  'in-response-to-mismatch': {
    severity: 'error',
    title: 'The response answers another login',
    explanation: 'InResponseTo names another request: the login was begun twice, came back late, or was replayed.',
    fix: {
      product: 'the browser',
      field: 'a private window',
      action: 'Close the other login windows and log in once more, without reloading or going back.',
    },
    symptoms: [
      { says: /InResponseTo.{0,60}(not valid|invalid|mismatch|does(n't| not) match|unknown)|invalid InResponseTo/i },
      { check: 'InResponseTo against the AuthnRequest' },
    ],
  },
  'time-unreadable': {
    severity: 'error',
    title: 'A time in the message cannot be read',
    explanation:
      'SAML wants times as in 2026-01-31T09:30:00Z. Until when the message counts cannot be told, and Flex likely refuses it.',
    fix: {
      product: 'the identity provider',
      field: 'the template or script that writes the assertion',
      action: 'Have it write every time in UTC in that form.',
    },
    symptoms: [{ check: 'the form of every time in the message' }],
  },
  'clock-ahead': {
    severity: 'error',
    title: 'The message is not valid yet',
    explanation:
      'The time from which the assertion counts lies ahead: the clock of the identity provider runs fast, or this one slow.',
    fix: {
      product: 'the identity provider',
      field: 'the clock of its server',
      action: 'Set it by a time server; where flex-sso alone says so, set the clock of this computer.',
    },
    symptoms: [
      { says: /(assertion|response|message|token)\b.{0,60}not yet valid|issued in the future/i },
      {
        says: /NotBefore.{0,60}\b(future|ahead|not|later|after|fail\w*|invalid|violat\w*)\b|\b(fail\w*|invalid|violat\w*|not|before|earlier)\b.{0,60}NotBefore/i,
      },
      { check: 'NotBefore and IssueInstant against the clock' },
    ],
  },
  'message-expired': {
    severity: 'error',
    title: 'The message was no longer valid when it arrived',
    explanation:
      'The time until which the assertion counts was over: the clock of the identity provider runs slow, or the login took too long.',
    fix: {
      product: 'the identity provider',
      field: 'the clock of its server',
      action: 'Set it by a time server, and log in again without waiting on the way.',
    },
    symptoms: [
      {
        says: /(assertion|response|message|token) (has |is )?expired|(assertion|response|message|token).{0,60}no longer valid/i,
      },
      {
        says: /NotOnOrAfter.{0,60}\b(past|passed|over|earlier|before|expired|fail\w*|invalid|violat\w*|elapsed)\b|\b(fail\w*|invalid|violat\w*|expired|later)\b.{0,60}NotOnOrAfter/i,
      },
      { check: 'NotOnOrAfter against the time of capture' },
    ],
  },
  'message-old': {
    severity: 'info',
    title: 'The message is older than it may be used',
    explanation: 'That is natural for a message that was captured a while ago; it says nothing about the clocks.',
    fix: { product: 'flex-sso', field: 'flex-sso inspect', action: 'Nothing, unless the login failed for being late.' },
    symptoms: [{ check: 'NotOnOrAfter against the clock of this computer' }],
  },
  'session-too-short': {
    severity: 'warning',
    title: 'The session ends within the hour',
    explanation:
      'SessionNotOnOrAfter has to lie more than one hour ahead, or agents are thrown out in the middle of a call; a shift of 8 to 10 hours is usual.',
    fix: {
      product: 'the identity provider',
      field: 'the session lifetime of the application (in Entra: token lifetime, Conditional Access > Session)',
      action: 'Set it to 8 to 10 hours.',
    },
    symptoms: [{ check: 'SessionNotOnOrAfter against the time of the login' }],
  },
  'session-end-absent': {
    severity: 'info',
    title: 'The identity provider does not say when the session ends',
    explanation: 'SessionNotOnOrAfter is absent, so Flex decides how long a session lasts.',
    fix: {
      product: 'the identity provider',
      field: 'the session lifetime of the application',
      action: 'Nothing, unless agents are logged out too early.',
    },
    symptoms: [{ check: 'SessionNotOnOrAfter of the assertion' }],
  },
} as const satisfies Record<string, Cause>;
