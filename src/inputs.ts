import { emails } from './email-addresses.js';
import { inputError } from './errors.js';
import type { Answers } from './migration/state.js';
import { hasMarkers, readCertificate } from './saml/certificate.js';

export type InputName = keyof Answers;

export interface Choice {
  value: string;
  label: string;
}

/** One thing that a person can be asked: by question, by flag or by environment variable. */
export interface Input {
  /** In commander's notation. */
  flag: string;
  /** For `--help`. */
  description: string;
  question: string;
  choices?: readonly Choice[];
  /** Offered as the answer where nothing is known better. */
  preset?: string;
  /** An empty answer is an answer. */
  optional?: boolean;
  /** PEM may be pasted in place of the name of its file. */
  isPem?: true;
  /** Returns the value to keep. Throws an input error that says what is wrong and what a right one looks like. */
  parse?(text: string): string;
}

/** The one table of inputs. `--help`, the questions and the check for missing ones are made from it. */
export const inputs: Readonly<Record<InputName, Input>> = {
  realTime: {
    flag: '--idp-in-real-time <yes|no>',
    description: 'can you work with the IdP administrator in real time? (for the recommendation)',
    question: 'Can you and the IdP administrator work on this together, in real time?',
    choices: [
      { value: 'yes', label: 'Yes, or I am the IdP administrator myself' },
      { value: 'no', label: 'No, we work at different times' },
    ],
  },
  tolerateDenied: {
    flag: '--tolerate-denied-logins <yes|no>',
    description: 'can you bear denied logins for a while? (for the recommendation)',
    question: 'If something is wrong, can your business bear that new agent logins are denied until it is reverted?',
    choices: [
      { value: 'no', label: 'No, logins must keep working' },
      { value: 'yes', label: 'Yes, for a while' },
    ],
  },
  setupType: {
    flag: '--setup-type <new|modify>',
    description: 'create a new SSO connection, or modify the existing one',
    question: 'Which setup type do you want?',
    choices: [
      { value: 'new', label: 'Create new SSO connection' },
      { value: 'modify', label: 'Modify existing SSO connection' },
    ],
  },
  identityProvider: {
    flag: '--idp <name>',
    description: 'entra, okta, google, salesforce, auth0 or other (default: what the legacy login shows)',
    question: 'Which identity provider do your agents log in with?',
    choices: [
      { value: 'entra', label: 'Microsoft Entra ID (Azure AD)' },
      { value: 'okta', label: 'Okta' },
      { value: 'google', label: 'Google' },
      { value: 'salesforce', label: 'Salesforce' },
      { value: 'auth0', label: 'Auth0' },
      { value: 'other', label: 'Another one' },
    ],
  },
  hosting: {
    flag: '--hosting <hosted|self-hosted>',
    description: 'where Flex UI runs (default: hosted)',
    question: 'Where does your Flex UI run?',
    choices: [
      { value: 'hosted', label: 'Hosted by Twilio, at flex.twilio.com' },
      { value: 'self-hosted', label: 'Self-hosted, on a site of your own' },
    ],
  },
  entityId: {
    flag: '--entity-id <urn:flex:JQ…>',
    description: 'the Entity ID that Console shows (default: found by reading)',
    question: 'Paste the Entity ID that Console shows (urn:flex:JQ…)',
  },
  acsUrl: {
    flag: '--acs-url <url>',
    description: 'the ACS URL that Console shows (default: found by reading)',
    question: 'Paste the ACS URL that Console shows (https://login.flex…)',
  },
  applicationName: {
    flag: '--application-name <name>',
    description: 'new: name of the new Entra application (default: Twilio Flex SSO)',
    question: 'What shall the new application be called in Entra?',
    preset: 'Twilio Flex SSO',
  },
  legacyApplication: {
    flag: '--legacy-application <appId>',
    description: 'the Entra application that agents log in through today, where that is not clear; or none',
    question: 'Which Entra application do your agents log in through today? (application id, or none)',
    parse: text => (text === 'none' ? text : guid('legacy-application', 'The legacy application')(text)),
  },
  cloud: {
    flag: '--cloud <name>',
    description: 'the Microsoft cloud of the Entra tenant: global, us-government, us-dod or china (default: global)',
    question: 'In which Microsoft cloud is your Entra tenant?',
    choices: [
      { value: 'global', label: 'Global' },
      { value: 'us-government', label: 'US government (L4)' },
      { value: 'us-dod', label: 'US government (DoD, L5)' },
      { value: 'china', label: 'China (21Vianet)' },
    ],
  },
  tenant: {
    flag: '--tenant <id|domain>',
    description: 'the Entra tenant to work in, where AZURE_TENANT_ID is not the one of the legacy login',
    question: 'In which Entra tenant shall flex-sso work? (Directory (tenant) ID)',
    parse: tenant,
  },
  certificateYears: {
    flag: '--certificate-years <1|2|3>',
    description: 'new: how long the signing certificate of the application is valid (default: 3)',
    question: 'How many years shall the signing certificate be valid?',
    choices: ['3', '2', '1'].map(value => ({ value, label: value })),
  },
  notificationEmails: {
    flag: '--notification-emails <addresses>',
    description:
      'new: who Entra writes to before the certificate expires, comma-separated, at most 5 (default: as in the legacy application)',
    question: 'Who shall Entra write to before the certificate expires? (addresses, comma-separated; empty for nobody)',
    optional: true,
    parse: emails,
  },
  nameId: {
    flag: '--name-id <keep|mail|userprincipalname>',
    description:
      "new: keep the NameID that the legacy application sends, or send the guide's user.mail, or user.userprincipalname (default: keep)",
    question: 'Which NameID shall the new application send?',
    choices: [
      { value: 'keep', label: 'The one the legacy application sends: every agent keeps their Worker' },
      { value: 'mail', label: "user.mail, as in Twilio's guide: agents whose mail differs get a new, billed Worker" },
      { value: 'userprincipalname', label: "user.userprincipalname, Entra's default" },
    ],
  },
  defaultRole: {
    flag: '--default-role <role>',
    description:
      'new: role for those who are assigned without a Flex role: agent, supervisor, admin, or keep them without (default: keep)',
    question:
      'Some people are assigned without a Flex role, and Flex lets nobody in without one. Which role shall they get?',
    choices: [
      { value: 'keep', label: 'None: they are carried over as they are' },
      { value: 'agent', label: 'agent' },
      { value: 'supervisor', label: 'supervisor' },
      { value: 'admin', label: 'admin' },
    ],
  },
  overlap: {
    flag: '--overlap <yes|no>',
    description:
      'modify: keep the legacy Entity ID and ACS URL beside the new ones until the new login is proven (default: yes)',
    question: 'Shall the legacy login keep working in Entra until the new one is proven?',
    choices: [
      { value: 'yes', label: 'Yes: add the new values beside the legacy ones, which go when you finish' },
      { value: 'no', label: 'No: put the new values in the place of the legacy ones now' },
    ],
  },
  redirectUrl: {
    flag: '--redirect-url <url>',
    description: 'self-hosted: the address of your Flex UI (Default redirect URL)',
    question: 'What is the address of your self-hosted Flex UI? (it becomes the Default redirect URL)',
    parse: httpsUrl('redirect-url', 'The redirect URL'),
  },
  callbackPort: {
    flag: '--callback-port <port>',
    description: 'port on this machine that the test login returns to (default: 3000)',
    question: 'Which port of this machine shall the test login return to?',
    preset: '3000',
    parse: port,
  },
  appConfig: {
    flag: '--app-config <file>',
    description: 'self-hosted: your appconfig.js, to be edited by flex-sso (default: you edit it)',
    question: 'Where is your appconfig.js? (empty to edit it yourself)',
    optional: true,
  },
  metadata: {
    flag: '--metadata <file|url>',
    description: "the identity provider's SAML metadata (not needed for Entra)",
    question:
      "Where is your identity provider's SAML metadata? (file or https URL; empty to type three values instead)",
    optional: true,
  },
  issuer: {
    flag: '--issuer <id>',
    description: 'the IdP issuer, where there is no metadata',
    question: 'What is the Identity Provider Issuer?',
  },
  ssoUrl: {
    flag: '--sso-url <url>',
    description: 'the IdP single sign-on URL, where there is no metadata',
    question: 'What is the Single Sign-On URL?',
    parse: httpsUrl('sso-url', 'The single sign-on URL'),
  },
  certificate: {
    flag: '--certificate <file>',
    description: 'the IdP X.509 certificate (PEM), where there is no metadata',
    question: 'In which file is the X.509 certificate? (or paste it here, as PEM)',
    isPem: true,
    parse: text => (hasMarkers(text) ? readCertificate(text).pem : text),
  },
  login: {
    flag: '--login <browser|observe|skip>',
    description:
      'how to prove the login: back to this tool, observed elsewhere, or not at all (default: browser at a terminal, else observe)',
    question: 'How shall the login be proven?',
    choices: [
      { value: 'browser', label: 'Log in now, in a private browser window on this machine' },
      { value: 'observe', label: 'Somebody logs in elsewhere, and flex-sso looks at what changes' },
      { value: 'skip', label: 'Not at all (the migration will not count as verified)' },
    ],
  },
};

/** The name of an input's flag without its argument, `--setup-type`. */
export const flagName = (name: InputName): string => inputs[name].flag.split(' ')[0] as string;

/** Holds a typed or pasted value against its input; returns what to keep. Throws an input error. */
export function parseInput(name: InputName, text: string): string {
  const input = inputs[name];
  const value = text.trim();
  if (value === '' && input.optional) return value;
  if (value === '')
    throw inputError(`${code(name)}-empty`, `${flagName(name)} is empty.`, `Give a value: ${input.description}.`);
  if (input.choices && !input.choices.some(choice => choice.value === value)) {
    const allowed = input.choices.map(choice => choice.value).join(', ');
    throw inputError(`${code(name)}-unknown`, `${flagName(name)} is "${value}".`, `Use one of: ${allowed}.`);
  }
  return input.parse ? input.parse(value) : value;
}

const code = (name: InputName) => flagName(name).slice(2);

function guid(name: string, what: string) {
  return (text: string) => {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
    throw inputError(
      `${name}-invalid`,
      `${what} "${text}" is no application id.`,
      'Use the Application (client) ID of its Overview page in Entra.',
    );
  };
}

function tenant(text: string): string {
  if (/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i.test(text)) return text.toLowerCase();
  throw inputError(
    'tenant-invalid',
    `"${text}" is no Entra tenant.`,
    'Use the Directory (tenant) ID of the Overview page of Entra, or a domain of the tenant.',
  );
}

function httpsUrl(name: string, what: string) {
  return (text: string) => {
    if (URL.canParse(text) && new URL(text).protocol === 'https:') return text;
    throw inputError(
      `${name}-invalid`,
      `${what} "${text}" is no https URL.`,
      'Copy it whole, beginning with https://.',
    );
  };
}

function port(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1024 && Number(text) <= 65535) return text;
  throw inputError('callback-port-invalid', `"${text}" is no port for this.`, 'Use a number from 1024 to 65535.');
}
