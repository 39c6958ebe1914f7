import type { IdentityProviderData, ServiceProvider } from '../../migration/facts.js';
import type { Broken } from '../broken.js';
import { type Directory, legacyAssertions, legacyIdentityProviderData } from '../entra/directory.js';
import { identityOf, randomToken, sid } from './sids.js';

export type Hosting = 'hosted' | 'self-hosted';

/** A Worker and the Flex user above it; there is never one without the other here. */
export interface Worker {
  sid: string;
  flexUserSid: string;
  userSid: string;
  /** As the identity provider sent it at the first login. */
  nameId: string;
  /** The NameID in identity form. */
  friendlyName: string;
  attributes: Record<string, unknown>;
  dateCreated: string;
  dateUpdated: string;
}

export interface LegacyConnection extends ServiceProvider {
  identityProviderData: IdentityProviderData;
  trustedUrls: string[];
}

export interface EnhancedConnection extends ServiceProvider {
  /** `JQ…` */
  name: string;
  clientId: string;
  setupType: 'modify' | 'new';
  active: boolean;
  friendlyName: string;
  /** Absent until "Save and Continue" (modify) or "Save" (new). */
  identityProviderData?: IdentityProviderData;
  defaultRedirectUrl: string;
  trustedUrls: string[];
  loginUsingPopup: boolean;
  /** When "Finish" was clicked; the legacy connection is kept for 30 days from then. */
  finishedAt?: string;
}

/** Where the Single sign-on page of Console stands, for everybody who opens it. */
type ConsolePage =
  | 'start'
  | 'select-setup-type'
  | 'set-up-identity-provider'
  | 'enter-identity-provider-data'
  | 'validate'
  | 'saved';

/** A login that went to the identity provider and has not come back. */
export interface StartedLogin {
  /** Sent as RelayState. */
  handle: string;
  /** ID of the AuthnRequest. */
  requestId: string;
  /** `JQ…`, `legacy`, or `console`. */
  connection: string;
  redirectUrl: string;
  startedAt: string;
  codeChallenge?: string;
  nonce?: string;
  state?: string;
}

/** A code that can be exchanged once. */
export interface IssuedCode {
  code: string;
  connection: string;
  workerSid: string;
  issuedAt: string;
  sessionEndsAt?: string;
  codeChallenge?: string;
  nonce?: string;
}

interface RefreshToken {
  token: string;
  connection: string;
  workerSid: string;
  issuedAt: string;
}

/** What a logged-in Worker shows to Twilio's services. */
interface AccessToken {
  token: string;
  workerSid: string;
  expiresAt: string;
}

/** A Twilio account with Flex: plain JSON. */
export interface FlexAccount {
  accountSid: string;
  authToken: string;
  apiKey: string;
  apiSecret: string;
  instanceSid: string;
  workspaceSid: string;
  uiVersion: string;
  runtimeDomain: string;
  hosting: Hosting;
  workers: Worker[];
  legacy: LegacyConnection;
  connections: EnhancedConnection[];
  consolePage: ConsolePage;
  startedLogins: StartedLogin[];
  codes: IssuedCode[];
  refreshTokens: RefreshToken[];
  /** Absent: nobody has logged in yet. */
  accessTokens?: AccessToken[];
  /** The port of flex-sso's machine that logins return to, if the sandbox has chosen it. */
  callbackPort?: string;
  /** What was broken on purpose, as far as it changed settings; absent: nothing was. */
  broken?: Broken[];
}

/** Where a self-hosted Flex UI runs in this world. */
export const selfHostedUrl = 'https://flex.contoso.example';

/**
 * An account that its people have been using through the legacy connection: a Worker for most of those whom the legacy
 * application lets in, and a few who never logged in.
 */
export function seedAccount(given: { directory: Directory; hosting: Hosting; accountSid: string }): FlexAccount {
  const { directory, hosting, accountSid } = given;
  const everybody = directory.history.includes('users-upn-differs');
  const legacyUrl = `https://iam.twilio.com/v1/Accounts/${accountSid}/saml2`;
  return {
    accountSid,
    authToken: randomToken(),
    apiKey: sid('SK', accountSid),
    apiSecret: randomToken(),
    instanceSid: sid('GO', accountSid),
    workspaceSid: sid('WS', accountSid),
    uiVersion: '2.15.1',
    runtimeDomain: 'lavender-4711.twil.io',
    hosting,
    workers: legacyAssertions(directory)
      .filter(
        ({ nameId, email, fullName, roles }, index) =>
          nameId && email && fullName && roles.length > 0 && (everybody || index % 9 !== 8),
      )
      .map(({ nameId, email, fullName, roles }, index) =>
        seedWorker(accountSid, index, nameId, email, fullName, roles),
      ),
    legacy: {
      entityId: `${legacyUrl}/metadata`,
      acsUrl: legacyUrl,
      identityProviderData: legacyIdentityProviderData(directory),
      trustedUrls: hosting === 'self-hosted' ? [selfHostedUrl] : [],
    },
    connections: [],
    consolePage: 'start',
    startedLogins: [],
    codes: [],
    refreshTokens: [],
  };
}

function seedWorker(
  accountSid: string,
  index: number,
  nameId: string,
  email: string,
  fullName: string,
  roles: string[],
): Worker {
  const skills = index % 2 === 0 ? ['sales'] : ['support', 'billing'];
  return {
    ...newWorker(accountSid, nameId, '2024-03-11T08:00:00Z'),
    attributes: { routing: { skills, levels: {} }, email, full_name: fullName, roles },
    dateUpdated: `2026-01-${String(1 + (index % 28)).padStart(2, '0')}T07:30:00Z`,
  };
}

/** A Worker as the first login of a NameID makes it: without skills, and billed. */
export function newWorker(accountSid: string, nameId: string, at: string): Worker {
  return {
    sid: sid('WK', accountSid, nameId),
    flexUserSid: sid('FU', accountSid, nameId),
    userSid: sid('US', accountSid, nameId),
    nameId,
    friendlyName: identityOf(nameId),
    attributes: {},
    dateCreated: at,
    dateUpdated: at,
  };
}
