import type { AuthenticationResult } from '@azure/msal-node';
import { interrupted } from '../../errors.js';
import type { Network } from './msal-network.js';
import { signInRefused } from './sign-in-errors.js';

/** What every way to sign in with MSAL works with. */
export interface SignInClient {
  auth: { clientId: string; authority: string; knownAuthorities: string[]; clientCapabilities: string[] };
  network: Network;
  /** What Graph calls itself in this cloud. */
  graph: string;
  signal: AbortSignal | undefined;
}

/** The token that MSAL comes back with; what it throws, in words. */
export async function accessTokenOf<T extends Pick<AuthenticationResult, 'accessToken'>>(
  acquire: () => Promise<T | null>,
  { network, signal }: SignInClient,
): Promise<T> {
  let result: T | null;
  try {
    result = await acquire();
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    throw network.failure() ?? signInRefused(error, network.refusal());
  }
  if (result?.accessToken) return result;
  throw signInRefused(new Error('Microsoft Entra answered without a token.'));
}
