import type { Cause } from '../cause.js';
import { basicSaml, enterAcsUrl } from './basic-saml.js';

const reportToTwilio =
  'Save the connection in Flex Console once more; if it stays, send this finding to Twilio Support.';

/** What Flex asks of the identity provider, and whether its application knows it. */
export const requestCauses = {
  'tenant-wrong': {
    severity: 'error',
    title: 'The login goes to another tenant',
    explanation:
      'The Single Sign-On URL or the issuer names a Microsoft Entra tenant that does not hold the application.',
    fix: {
      product: 'Flex Console',
      field: 'Single sign-on (SSO) > Single Sign-On URL and Identity Provider Issuer',
      action:
        'Copy Login URL and Microsoft Entra Identifier from the application that has the Entity ID, and click Save.',
      label: 'ssoUrl',
    },
    symptoms: [
      { aadsts: '90002' },
      { aadsts: '900023' },
      { aadsts: '700016', likely: true },
      { check: 'the tenant in the SSO URL and in the issuer against the recorded one' },
    ],
  },
  'entity-id-legacy': {
    severity: 'error',
    title: 'The identity provider still has the legacy values',
    explanation:
      'The Entity ID or the ACS URL is that of the legacy connection, so the enhanced connection cannot log anybody in.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Identifier (Entity ID) and Reply URL (Assertion Consumer Service URL)`,
      action:
        'Replace both with the values of the enhanced connection (urn:flex:JQ… and …/login/callback?connection=JQ…).',
      label: 'entityId',
    },
    symptoms: [{ check: 'audience, recipient and AuthnRequest against the legacy values of the account' }],
  },
  'connection-wrong': {
    severity: 'error',
    title: 'The values belong to another connection',
    explanation: 'The Entity ID or the ACS URL names a connection (JQ…) that is not the one in use.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Identifier (Entity ID) and Reply URL (Assertion Consumer Service URL)`,
      action: 'Copy both values again from "Set up your identity provider" in Flex Console.',
      label: 'entityId',
    },
    symptoms: [{ check: 'the connection (JQ…) in Entity ID and ACS URL against the active one' }],
  },
  'application-missing': {
    severity: 'error',
    title: 'The application is no longer in the tenant',
    explanation:
      'Microsoft Entra does not show the application that the migration set up, so nobody can log in through it.',
    fix: {
      product: 'Microsoft Entra',
      field: 'App registrations > Deleted applications',
      action: 'Restore the application; it is kept there for 30 days.',
    },
    symptoms: [{ check: 'the recorded application against those of the tenant' }],
  },
  'entity-id-unknown': {
    severity: 'error',
    title: 'The identity provider knows no application with this Entity ID',
    explanation:
      'Flex introduces itself with its Entity ID, and no application of the tenant has exactly this one as its identifier.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Identifier (Entity ID)`,
      action: 'Enter the Entity ID exactly as Flex Console shows it: urn:flex:JQ…, no space, no slash at its end.',
      label: 'entityId',
    },
    symptoms: [
      { aadsts: '700016' },
      { aadsts: '65005', likely: true },
      { aadsts: '650056', likely: true },
      { aadsts: '500011', likely: true },
      {
        says: /app_not_configured|error="?client_not_found|is not registered for use with this service/i,
        likely: true,
      },
      { says: /MSIS7007|MSIS3020|relying party trust.{1,300}(unspecified|could not be located)/i, likely: true },
      {
        says: /unable to resolve request into a Service Provider|No metadata returned for|UnverifiedRelyingParty/i,
        likely: true,
      },
      { check: 'the Entity ID against the identifiers of the application' },
    ],
  },
  'acs-url-mismatch': {
    severity: 'error',
    title: 'The ACS URL is not among those of the application',
    explanation:
      'The identity provider answers only to addresses it was given, compared character by character, query included.',
    fix: enterAcsUrl,
    symptoms: [
      { aadsts: '50011' },
      { aadsts: '900971' },
      { aadsts: '500113' },
      {
        says: /MSIS3200|MSIS3077|MSIS3110|AssertionConsumerServices?\b.{0,60}not configured|No AssertionConsumerService/i,
        likely: true,
      },
      { says: /ACS Url in request.{1,300}(does ?n[o']t|not) match|error="?invalid_redirect_uri/i, likely: true },
      { check: 'the ACS URL against the reply URLs of the application' },
    ],
  },
  'request-destination-wrong': {
    severity: 'error',
    title: 'The login request names another destination than where it is sent',
    explanation: 'An identity provider may refuse a request whose Destination is not its own Single Sign-On URL.',
    fix: {
      product: 'Flex Console',
      field: 'Single sign-on (SSO) > Single Sign-On URL',
      action: "Enter the identity provider's Single Sign-On URL exactly, and click Save.",
      label: 'ssoUrl',
    },
    symptoms: [
      { says: /destination in the request|invalid idpid/i, likely: true },
      { check: 'Destination of the AuthnRequest against the SSO URL' },
    ],
  },
  'request-malformed': {
    severity: 'error',
    title: 'The identity provider cannot read the login request',
    explanation: 'The request is no valid SAML message: it was changed on its way, or the page was opened without it.',
    fix: { product: 'Flex Console', field: 'Single sign-on (SSO) > Single Sign-On URL', action: reportToTwilio },
    symptoms: [{ aadsts: '75005' }, { aadsts: '7500525' }, { aadsts: '7500529' }, { aadsts: '50008', likely: true }],
  },
  'request-absent': {
    severity: 'error',
    title: 'The login began without a request from Flex',
    explanation:
      'The page of the identity provider was opened by a bookmark or a tile, so there is no SAMLRequest; Flex has to begin the login.',
    fix: {
      product: 'Microsoft Entra',
      field: `${basicSaml} > Sign on URL`,
      action: 'Enter the login link of Flex there, and let people begin with that link instead of a bookmark.',
    },
    symptoms: [
      { aadsts: '750054' },
      { aadsts: '750056', likely: true },
      { says: /no SAML (message|request) present|no saml request/i, likely: true },
    ],
  },
  'name-id-policy': {
    severity: 'error',
    title: 'The identity provider cannot send the NameID format that Flex asks for',
    explanation: 'The login request demands a NameID format (NameIDPolicy) that the application is not set to send.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > Attributes & Claims > Unique User Identifier (Name ID) > Name identifier format',
      action: 'Choose "Unspecified" or "Email address".',
    },
    symptoms: [
      { aadsts: '75016' },
      { says: /InvalidNameIDPolicy/i },
      { check: 'NameIDPolicy of the AuthnRequest against the formats that the identity provider knows' },
    ],
  },
  'authn-context-mismatch': {
    severity: 'error',
    title: 'People log in by another method than the request demands',
    explanation:
      'The request names one method (RequestedAuthnContext, often a password), but the user logged in otherwise, such as with a key, MFA or an open session.',
    fix: {
      product: 'Flex Console',
      field: 'Single sign-on (SSO)',
      action:
        'Log in with that method in a private window; if Flex keeps asking for it, send this finding to Twilio Support.',
    },
    symptoms: [
      { aadsts: '75011' },
      { says: /NoAuthnContext/i },
      { says: /MSIS7102/, likely: true },
      { check: 'RequestedAuthnContext of the AuthnRequest' },
    ],
  },
  'signed-request-required': {
    severity: 'error',
    title: 'The identity provider demands signed login requests',
    explanation: 'The application verifies the signature of login requests, and Flex does not sign them.',
    fix: {
      product: 'Microsoft Entra',
      field: 'Single sign-on > SAML Certificates > Verification certificates',
      action: 'Clear "Require verification certificates".',
    },
    symptoms: [
      { aadsts: '76021' },
      { aadsts: '76022', likely: true },
      { says: /LOGIN_ERROR.{0,300}invalid_signature|MSIS0037|No signature verification certificate/i, likely: true },
      { check: 'WantAuthnRequestsSigned in the metadata' },
    ],
  },
} as const satisfies Record<string, Cause>;
