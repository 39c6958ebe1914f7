import type { WorkerRecord } from '../migration/facts.js';
import type { AuthnRequest } from '../saml/authn-request.js';

/** What Flex Configuration says of the account. */
export interface FlexConfiguration {
  accountSid: string;
  flexInstanceSid: string;
  workspaceSid: string;
  /** Without `.twil.io`. */
  runtimeDomain: string;
  /** As configured: `2.7.0`, `~2.7.0`, `1.n`, `2.auto` … */
  uiVersion: string;
  /** Set where Flex UI opens the login in a window of its own ("Login using popup"). */
  loginPopup?: true;
}

/** An enhanced connection as Authentication/Config lists it, `SinglePageApp` only. */
export interface Connection {
  /** `JQ…` */
  name: string;
  accountSid: string;
  clientId: string;
  active: boolean;
}

/** One request of a login that was followed, and what came of it. Without queries: they hold messages, codes and states. */
export interface Hop {
  method: string;
  /** Public form. */
  url: string;
  /** 0 where no answer came. */
  status: number;
}

/** What the login page of the identity provider says to an AuthnRequest. Best effort: such pages are made for people. */
export interface LoginPage {
  hops: readonly Hop[];
  /** HTTP status of the last answer; 0 where none came. */
  status: number;
  /** Its words, where it is an error page. Remote text, shortened. */
  refusal?: string;
  /** Why it is not known what the page says, in words. */
  unclear?: string;
}

/** How far the start of a login came. */
export type Probe = {
  /** Every request on the way. */
  hops?: readonly Hop[];
} & (
  | {
      reached: 'identity-provider';
      /** Where the AuthnRequest was sent, without the parameters of the message; public form. */
      ssoUrl: string;
      authnRequest: AuthnRequest;
      /** Whether the message carries a signature; nobody verified it. */
      signed?: boolean;
      /** Only where it was to be asked. */
      loginPage?: LoginPage;
    }
  | {
      reached: 'error';
      /** HTTP status of the last answer. */
      status: number;
      /** Twilio's error code, where it gave one. */
      code?: number;
      /** What was answered, shortened. Remote text. */
      message: string;
      /** What a reader can do if no answer came, or another one than that of Flex. */
      hint?: string;
      /** The identity provider was asked for something that is no AuthnRequest. */
      unreadable?: true;
    }
);

export interface FlexReader {
  configuration(): Promise<FlexConfiguration>;
  connections(): Promise<readonly Connection[]>;
  /**
   * Starts an SP-initiated login through an enhanced connection, follows it to the identity provider and stops there. `redirectUrl`
   * must be one that Flex trusts: hosted Flex its own login page (`hostedLoginUrl`), self-hosted Flex its site. `askLoginPage` hands the
   * AuthnRequest on to the identity provider's login page, too; nobody is logged in.
   */
  probe(connectionName: string, redirectUrl: string, options?: { askLoginPage?: boolean }): Promise<Probe>;
  /** The same through the legacy connection. */
  probeLegacy(redirectUrl: string, options?: { askLoginPage?: boolean }): Promise<Probe>;
  workers(workspaceSid: string): Promise<readonly WorkerRecord[]>;
  /** One Worker with what its attributes say of the person; undefined where it is not there. */
  worker(workspaceSid: string, sid: string): Promise<WorkerAttributes | undefined>;
}

/** What a login wrote to a Worker. Personal data: for comparing, never to be kept. */
export interface WorkerAttributes {
  /** ISO 8601. */
  dateUpdated: string;
  roles: readonly string[];
  email?: string;
  fullName?: string;
}

/** A login that has been started and not yet come back. Lives in memory only. */
export interface PendingLogin {
  /** The page to show to whoever logs in. */
  url: string;
  connectionName: string;
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** The part of Flex's token answer that is no token. */
export interface LoginResult {
  accountSid: string;
  flexInstanceSid: string;
  flexUserSid: string;
  workerSid: string;
  identity: string;
  nameId: string;
  roles: readonly string[];
  /** When the session ends, ISO 8601, where Flex said so. */
  expiration?: string;
}

export interface FlexLogin {
  begin(connectionName: string, redirectUrl: string): PendingLogin;
  /** Exchanges the code of the callback; the tokens are dropped unread. */
  complete(pending: PendingLogin, code: string): Promise<LoginResult>;
}
