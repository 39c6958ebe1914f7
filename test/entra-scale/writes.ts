import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../src/migration/state.js';
import type { Exchange } from '../../src/trace.js';

export interface Write {
  method: string;
  path: string;
  body: Record<string, unknown>;
  status: number;
}

/** Every write that reached Graph, members of batches included, as far as an answer came back. */
export function writesIn(exchanges: readonly Exchange[]): Write[] {
  return exchanges.flatMap(({ system, method, path, request, response }) => {
    if (system !== 'graph' || method === 'GET') return [];
    const body = (request.body ?? {}) as Record<string, unknown>;
    if (!path.endsWith('/$batch')) return [{ method, path, body, status: response.status }];
    const answers = (response.body as { responses?: { id: string; status: number }[] } | null)?.responses ?? [];
    const members = body.requests as { id: string; method: string; url: string; body?: Record<string, unknown> }[];
    return members
      .filter(member => member.method !== 'GET')
      .map(member => ({
        method: member.method,
        path: `/v1.0${member.url}`,
        body: member.body ?? {},
        status: answers.find(({ id }) => id === member.id)?.status ?? 0,
      }));
  });
}

/** The writes that no planned change spoke of. */
export function unplanned(writes: readonly Write[], planned: readonly Change[]): Write[] {
  return writes.filter(write => !planned.some(change => change.action !== 'manual' && isOf(write, change)));
}

function isOf({ method, path, body }: Write, { resource, after }: Change): boolean {
  if (path.endsWith('/getByIds')) return true;
  if (path.includes('/instantiate'))
    return resource === 'application' && (after as { displayName: string }).displayName === body.displayName;
  if (path.endsWith('/addTokenSigningCertificate')) return resource === 'tokenSigningCertificate';
  if (path.includes('claimsMappingPolicies')) return resource === 'claimsMappingPolicy';
  if (path.includes('tokenIssuancePolicies')) return resource === 'tokenIssuancePolicy';
  if (path.endsWith('/appRoleAssignedTo'))
    return resource === 'appRoleAssignments' && principalsOf(after as { principalId: string }[]).has(body.principalId);
  if (method !== 'PATCH') return false;
  const [name = '', value] = Object.entries(body)[0] ?? [];
  if (Object.keys(body).length !== 1 || name !== resource) return false;
  if (name === 'appRoles')
    return (after as { value: string }[]).every(role =>
      (value as { value: string | null }[]).some(written => written.value === role.value),
    );
  if (name === 'web')
    return isDeepStrictEqual(
      (value as { redirectUris: unknown }).redirectUris,
      (after as { redirectUris: unknown }).redirectUris,
    );
  return name === 'preferredTokenSigningKeyThumbprint' || isDeepStrictEqual(value, after);
}

const principals = new WeakMap<object, Set<unknown>>();

/** Whom a change assigns; thousands are asked for one by one. */
function principalsOf(after: readonly { principalId: string }[]): Set<unknown> {
  const found = principals.get(after) ?? new Set(after.map(({ principalId }) => principalId));
  principals.set(after, found);
  return found;
}
