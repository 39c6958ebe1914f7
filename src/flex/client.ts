import type { WorkerRecord } from '../migration/state.js';
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
}

/** An enhanced connection as Authentication/Config lists it, `SinglePageApp` only. */
export interface Connection {
  /** `JQ…` */
  name: string;
  accountSid: string;
  clientId: string;
  active: boolean;
}

/** How far the start of a login came. */
export type Probe =
  | {
      reached: 'identity-provider';
      /** Where the AuthnRequest was sent, without the parameters of the message; public form. */
      ssoUrl: string;
      authnRequest: AuthnRequest;
    }
  | {
      reached: 'error';
      /** HTTP status of the last answer. */
      status: number;
      /** Twilio's error code, where it gave one. */
      code?: number;
      /** What was answered, shortened. Remote text. */
      message: string;
    };

export interface FlexReader {
  configuration(): Promise<FlexConfiguration>;
  connections(): Promise<readonly Connection[]>;
  /**
   * Starts an SP-initiated login through an enhanced connection, follows it to the identity provider and stops there. `redirectUrl`
   * must be one that Flex trusts: hosted Flex its own login page (`hostedLoginUrl`), self-hosted Flex its site.
   */
  probe(connectionName: string, redirectUrl: string): Promise<Probe>;
  /** The same through the legacy connection. */
  probeLegacy(redirectUrl: string): Promise<Probe>;
  workers(workspaceSid: string): Promise<readonly WorkerRecord[]>;
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
}

export interface FlexLogin {
  begin(connectionName: string, redirectUrl: string): PendingLogin;
  /** Exchanges the code of the callback; the tokens are dropped unread. */
  complete(pending: PendingLogin, code: string): Promise<LoginResult>;
}
