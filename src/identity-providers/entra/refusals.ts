import { FlexSsoError } from '../../errors.js';
import { GraphError } from './client.js';
import { isPassing } from './throttling.js';

/** What Entra says of a value that it refuses, and what to do about it. */
const known: readonly { says: RegExp; code: string; hint: string }[] = [
  {
    says: /same value for property identifierUris already exists/i,
    code: 'entity-id-taken',
    hint:
      'Another application of this tenant has this identifier, perhaps a deleted one that can still be restored. Look for it in ' +
      'Entra under App registrations (All, and Deleted applications), remove the identifier there, then run `flex-sso resume`.',
  },
  {
    says: /newly added URIs? must contain|HostNameNotOnVerifiedDomain|verified domain/i,
    code: 'entity-id-not-allowed',
    hint:
      'A policy of the tenant limits identifiers. Let an administrator exempt SAML applications (excludeSaml) in the default app ' +
      'management policy, then run `flex-sso resume`.',
  },
  {
    says: /Application alias .* is invalid|identifierUris.*invalid/i,
    code: 'entity-id-invalid',
    hint: 'Compare the Entity ID with the one that Console shows; it must not end in a slash.',
  },
  {
    says: /AADSTS50146|signing key/i,
    code: 'signing-key-missing',
    hint: 'Run `flex-sso resume`: the certificate comes before the claims.',
  },
];

/** An error of Graph in words for whoever reads it; any other error as it is. */
export function explain(error: unknown): unknown {
  if (!(error instanceof GraphError)) return error;
  if (isPassing(error.status)) return busy(error);
  const { code, hint } = known.find(({ says }) => says.test(error.message) || says.test(error.code)) ?? {
    code: 'graph-refused',
    hint: 'Fix what it names, then run `flex-sso resume`.',
  };
  const id = error.requestId ? ` (request ${error.requestId})` : '';
  return new FlexSsoError(
    code,
    `Microsoft Graph refused: ${error.message} [${error.status} ${error.code}]${id}`,
    hint,
    {
      cause: error,
    },
  );
}

/** Graph is busy or has a problem of its own, and that did not pass while it was waited for. */
export function busy(error: GraphError): FlexSsoError {
  return new FlexSsoError(
    'graph-busy',
    `Microsoft Graph does not keep up, or has a problem of its own: ${error.message}`,
    'Wait some minutes; https://azure.status.microsoft reports outages. Then run `flex-sso resume`; nothing is done twice.',
    { cause: error },
  );
}

/** Whether Graph refused what was asked: for good, and not because it is busy or has a problem of its own. */
export const isRefusedForGood = (error: unknown): error is GraphError =>
  error instanceof GraphError && !isPassing(error.status);

/** Runs an action and explains what Graph refuses. */
export async function explained<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explain(error);
  }
}
