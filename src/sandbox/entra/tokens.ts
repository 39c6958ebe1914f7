import { randomBytes } from 'node:crypto';

/** Whom an access token was issued to. */
export interface Caller {
  clientId: string;
  /** Absent for an application that acts for itself. */
  userId?: string;
}

/** Why an access token is not accepted. */
export type TokenProblem = 'unknown' | 'expired' | 'challenged';

/** What was issued and not yet used or expired. In memory alone: a restart signs everybody out. */
export interface Tokens {
  /** Makes an access token, valid for an hour. `claims` is what was asked for besides, to answer a challenge. */
  issue(caller: Caller, claims?: string): string;
  callerOf(accessToken: string): Caller | TokenProblem;
  /** Makes a token expire now. */
  expire(accessToken: string): void;
  /** From now on a token counts only if it was asked for with this value among its claims. */
  challenge(value: string): void;
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
  isDeclined?: boolean;
}

export const accessTokenSeconds = 3599;

/** Unguessable, and without meaning to whoever holds it. */
export const opaque = () => randomBytes(48).toString('base64url');

export function createTokens(): Tokens {
  const issued = new Map<string, { caller: Caller; claims: string; expires: number }>();
  let demanded = '';
  return {
    issue(caller, claims = '') {
      const token = opaque();
      issued.set(token, { caller, claims, expires: Date.now() + accessTokenSeconds * 1000 });
      return token;
    },
    callerOf(accessToken) {
      const found = issued.get(accessToken);
      if (!found) return 'unknown';
      if (found.expires <= Date.now()) return 'expired';
      return found.claims.includes(demanded) ? found.caller : 'challenged';
    },
    expire(accessToken) {
      const found = issued.get(accessToken);
      if (found) found.expires = 0;
    },
    challenge(value) {
      demanded = value;
    },
    codes: new Map(),
    deviceCodes: new Map(),
    refreshTokens: new Map(),
  };
}
