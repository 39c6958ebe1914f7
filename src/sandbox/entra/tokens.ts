import { randomBytes } from 'node:crypto';

/** Whom an access token was issued to. */
export interface Caller {
  clientId: string;
  /** Absent for an application that acts for itself. */
  userId?: string;
}

/** What was issued and not yet used or expired. In memory alone: a restart signs everybody out. */
export interface Tokens {
  /** Makes an access token, valid for an hour. */
  issue(caller: Caller): string;
  callerOf(accessToken: string): Caller | undefined;
  codes: Map<string, AuthorizationCode>;
  deviceCodes: Map<string, DeviceCode>;
  refreshTokens: Map<string, Caller>;
}

interface AuthorizationCode {
  caller: Caller;
  redirectUri: string;
  codeChallenge: string;
  nonce: string;
}

interface DeviceCode {
  clientId: string;
  userCode: string;
  /** Set once somebody signed in with the user code. */
  userId?: string;
}

export const accessTokenSeconds = 3599;

/** Unguessable, and without meaning to whoever holds it. */
export const opaque = () => randomBytes(48).toString('base64url');

export function createTokens(): Tokens {
  const issued = new Map<string, { caller: Caller; expires: number }>();
  return {
    issue(caller) {
      const token = opaque();
      issued.set(token, { caller, expires: Date.now() + accessTokenSeconds * 1000 });
      return token;
    },
    callerOf(accessToken) {
      const found = issued.get(accessToken);
      return found && found.expires > Date.now() ? found.caller : undefined;
    },
    codes: new Map(),
    deviceCodes: new Map(),
    refreshTokens: new Map(),
  };
}
