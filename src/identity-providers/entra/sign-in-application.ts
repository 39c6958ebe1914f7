import type { ClientCertificate } from './client-certificate.js';
import type { Acquire } from './sign-in.js';
import { accessTokenOf, type SignInClient } from './sign-in-client.js';

interface ApplicationSignIn extends SignInClient {
  credential: { clientSecret: string } | { clientCertificate: ClientCertificate };
}

/** An application signs in for itself, with what it was granted. */
export async function signInApplication(options: ApplicationSignIn): Promise<Acquire> {
  const msal = await import('@azure/msal-node');
  const client = new msal.ConfidentialClientApplication({
    auth: { ...options.auth, ...options.credential },
    system: { networkClient: options.network.client },
  });
  const scopes = [`${options.graph}/.default`];
  return async (_permissions, refused) => {
    const claims = refused?.claims;
    const result = await accessTokenOf(
      // MSAL keeps the token, and gets another when it is old.
      () =>
        client.acquireTokenByClientCredential({ scopes, skipCache: refused !== undefined, ...(claims && { claims }) }),
      options,
    );
    return result.accessToken;
  };
}
