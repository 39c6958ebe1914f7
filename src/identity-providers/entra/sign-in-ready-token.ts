import { permissionError } from '../../errors.js';
import type { Acquire } from './sign-in.js';

/** A token from elsewhere, taken as it is. Throws where it says that it is of another tenant. */
export function readyToken(token: string, tenantId: string | undefined): Acquire {
  const its = tenantOf(token);
  if (its && tenantId && isGuid(tenantId) && its.toLowerCase() !== tenantId.toLowerCase())
    throw permissionError(
      'graph-token-tenant',
      `The token in FLEX_SSO_GRAPH_TOKEN is of the Entra tenant ${its}, and this migration is about ${tenantId}.`,
      `Get a token of the tenant ${tenantId}. If ${its} is the right one all the same, name it with \`--tenant ${its}\`.`,
    );
  return async () => token;
}

const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Graph's tokens are nobody's business but Graph's: what cannot be read in one is not looked for. */
function tenantOf(token: string): string | undefined {
  try {
    const claims: { tid?: unknown } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims.tid === 'string' ? claims.tid : undefined;
  } catch {
    return undefined;
  }
}
