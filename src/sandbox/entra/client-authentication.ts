import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { oauthError } from './aadsts.js';
import type { Directory } from './directory.js';
import type { Entra } from './entra.js';

/** Throws Entra's answer for a client id that is no application of the tenant. */
export function assertClient(directory: Directory, clientId: string | undefined): void {
  if (!clientId)
    throw oauthError(
      400,
      'invalid_request',
      900144,
      "The request body must contain the following parameter: 'client_id'.",
    );
  if (!directory.applications.some(application => application.appId === clientId))
    throw oauthError(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${directory.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
}

/** Throws where an application proves itself neither by its secret nor by a well-formed assertion. */
export function assertCredential({ directory, has }: Entra, form: Record<string, string>): void {
  const { registration } = directory;
  const { client_id: clientId = '', client_secret: secret, client_assertion: assertion } = form;
  if (assertion !== undefined) {
    if (isAssertionOf(clientId, assertion) && !has('client-certificate-unknown')) return;
    throw oauthError(
      401,
      'invalid_client',
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application, or the assertion is malformed.',
    );
  }
  if (secret === undefined)
    throw oauthError(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  if (clientId !== registration.clientId || !isEqual(secret, registration.clientSecret))
    throw oauthError(
      401,
      'invalid_client',
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    );
}

const header = z.object({ alg: z.enum(['RS256', 'PS256']) });

/** Whether it has the form of a client assertion of this client; the sandbox registers no certificate to check it with. */
function isAssertionOf(clientId: string, assertion: string): boolean {
  const claims = z.object({ iss: z.literal(clientId), sub: z.literal(clientId), aud: z.string(), exp: z.number() });
  const [head, payload, signature] = assertion.split('.');
  try {
    header.parse(decoded(head));
    return claims.parse(decoded(payload)).exp * 1000 > Date.now() && Boolean(signature);
  } catch {
    return false;
  }
}

const decoded = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
