import { permissionError } from '../../errors.js';
import type { Acquire } from './sign-in.js';

/** Microsoft Graph's application id, the same in every tenant and cloud; tokens of version 2 name it as their audience. */
const graphAppId = '00000003-0000-0000-c000-000000000000';

/**
 * A token from elsewhere, taken as it is. `graph` is what Graph calls itself. Throws where the token says that it is of another tenant,
 * for something else than Graph, or no longer valid.
 */
export function readyToken(token: string, tenantId: string | undefined, graph: string): Acquire {
  const { tid, aud, exp } = claimsOf(token);
  if (typeof tid === 'string' && tenantId && isGuid(tenantId) && tid.toLowerCase() !== tenantId.toLowerCase())
    throw permissionError(
      'graph-token-tenant',
      `The token in FLEX_SSO_GRAPH_TOKEN is of the Entra tenant ${tid}, and this migration is about ${tenantId}.`,
      `Get a token of the tenant ${tenantId}. If ${tid} is the right one all the same, name it with \`--tenant ${tid}\`.`,
    );
  if (typeof aud === 'string' && aud !== graphAppId && aud.replace(/\/$/, '') !== graph)
    throw permissionError(
      'graph-token-audience',
      `The token in FLEX_SSO_GRAPH_TOKEN is for ${aud}, and flex-sso talks to Microsoft Graph, ${graph}.`,
      `Get a token for the resource ${graph}; the tenant of another Microsoft cloud needs \`--cloud\`.`,
    );
  return async () => {
    if (typeof exp === 'number' && exp * 1000 <= Date.now())
      throw permissionError(
        'graph-token-expired',
        `The token in FLEX_SSO_GRAPH_TOKEN has expired${onDate(exp)}.`,
        'Get a new one, it lives for about an hour, set FLEX_SSO_GRAPH_TOKEN to it and run `flex-sso resume`.',
      );
    return token;
  };
}

/** Nothing for a moment that no calendar has: a token may say any number. */
function onDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : ` on ${date.toISOString().slice(0, 16).replace('T', ' at ')} UTC`;
}

const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Graph's tokens are nobody's business but Graph's: what cannot be read in one is not looked for. */
function claimsOf(token: string): { tid?: unknown; aud?: unknown; exp?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
