import { isDeepStrictEqual } from 'node:util';
import type { ApplicationIds } from '../../migration/facts.js';
import type { ReadContext } from '../../migration/step.js';
import { findTogether } from './find-together.js';
import type { Page } from './pages.js';
import type { PolicyKind } from './policies.js';
import { look, settleMs } from './replication.js';

/**
 * Waits until Entra shows the same policies twice in a row: it shows late what was assigned a moment before the run, and a plan that
 * is made meanwhile would be outdated before it is applied.
 */
export async function untilSteady(context: ReadContext): Promise<void> {
  const { legacyApplication, application } = context.migration.facts;
  const policiesOf = (ids: ApplicationIds | undefined, ...kinds: readonly PolicyKind[]) =>
    ids ? kinds.map(kind => `/servicePrincipals/${ids.servicePrincipalId}/${kind}`) : [];
  // Of the legacy application only the claims count in a plan.
  const paths = [
    ...policiesOf(legacyApplication, 'claimsMappingPolicies'),
    ...policiesOf(application, 'claimsMappingPolicies', 'tokenIssuancePolicies'),
  ];
  if (paths.length === 0) return;
  const graph = await context.graph();
  const read = async () => {
    const pages = await findTogether<Page<{ id?: string }>[]>(graph, paths);
    return pages.map(page => page?.value?.map(({ id }) => id));
  };
  let before = await read();
  await look(
    async () => {
      const now = await read();
      const isSteady = isDeepStrictEqual(now, before) || undefined;
      before = now;
      return isSteady;
    },
    { wait: graph.wait, longestMs: settleMs },
  );
}
