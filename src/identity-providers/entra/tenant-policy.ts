import type { TenantAppManagementPolicy } from '@microsoft/microsoft-graph-types';
import { FlexSsoError } from '../../errors.js';
import type { ReadContext } from '../../migration/step.js';
import { GraphError, type GraphReader } from './client.js';
import { noteOnce } from './note-once.js';

interface Restriction {
  state?: string | null;
  excludeSaml?: boolean | null;
}

/**
 * Says beforehand where the tenant's policy will refuse an identifier such as `urn:flex:JQ…`. Only a note: an exemption for whoever is
 * signed in is not seen here, and the policy cannot always be read.
 */
export async function noteOnIdentifierPolicy(
  { report }: ReadContext,
  graph: GraphReader,
  entityId: string,
): Promise<void> {
  const policy = await readPolicy(graph);
  if (!policy?.isEnabled) return;
  const { identifierUris } = (policy.applicationRestrictions ?? {}) as {
    identifierUris?: { nonDefaultUriAddition?: Restriction; uriAdditionWithoutUniqueTenantIdentifier?: Restriction };
  };
  const restrictions = [
    identifierUris?.nonDefaultUriAddition,
    identifierUris?.uriAdditionWithoutUniqueTenantIdentifier,
  ];
  if (restrictions.some(restriction => restriction?.state === 'enabled' && !restriction.excludeSaml))
    noteOnce(
      report,
      `A policy of this tenant limits identifiers and does not exempt SAML applications, so Entra may refuse ${entityId}. An ` +
        'administrator can exempt them (excludeSaml) in the default app management policy.',
    );
}

async function readPolicy(graph: GraphReader): Promise<TenantAppManagementPolicy | undefined> {
  try {
    return await graph.find<TenantAppManagementPolicy>('/policies/defaultAppManagementPolicy');
  } catch (error) {
    if (error instanceof GraphError || (error instanceof FlexSsoError && error.ending === 'permission'))
      return undefined;
    throw error;
  }
}
