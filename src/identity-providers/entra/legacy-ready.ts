import type { ApplicationIds } from '../../migration/facts.js';
import type { Check, ReadContext } from '../../migration/step.js';
import type { GraphReader } from './client.js';
import { withIdentifiers } from './legacy-application.js';
import { bothForms, isSameForm } from './legacy-values.js';
import { type EntraApplication, readApplication } from './read.js';
import { explained } from './refusals.js';
import { look, settleMs } from './replication.js';

type ServiceProvider = { entityId: string; acsUrl: string };

/**
 * Whether Entra holds what a login through the legacy connection needs, as it shows it now and whatever is recorded of it. Looks for some
 * seconds: reads lag behind writes.
 */
export const checkLegacyReady = (context: ReadContext, legacy: ServiceProvider): Promise<Check> =>
  explained(async () => {
    const graph = await context.graph();
    let check = await checkOnce(graph, context, legacy);
    if (check.result === 'failed')
      await look(
        async () => {
          check = await checkOnce(graph, context, legacy);
          return check.result !== 'failed' || undefined;
        },
        { wait: graph.wait, longestMs: settleMs },
      );
    return check;
  });

async function checkOnce(graph: GraphReader, { migration }: ReadContext, legacy: ServiceProvider): Promise<Check> {
  const known = migration.facts.legacyApplication;
  const candidates = known ? [known] : await withIdentifiers(graph, bothForms(legacy.entityId));
  const check = { name: 'legacy-application', strength: 'observed' } as const;
  const lacking = await Promise.all(candidates.map(ids => lackingIn(graph, ids, legacy)));
  const whole = candidates.find((_, index) => lacking[index]?.length === 0);
  if (whole)
    return {
      ...check,
      result: 'passed',
      message: `The application “${whole.displayName}” holds what the legacy login needs: identifier, reply URL and signing certificate.`,
    };
  const [first] = candidates;
  const what = lacking[0] ?? [`an application with the identifier ${legacy.entityId}`];
  return {
    ...check,
    result: 'failed',
    message: first
      ? `The application “${first.displayName}” lacks what the legacy login needs: ${what.join('; ')}.`
      : `Entra lacks ${what.join('; ')}, so nobody can log in through the legacy connection.`,
    expected: `identifier ${legacy.entityId}, reply URL ${legacy.acsUrl}`,
    hint: 'Add what is missing in Entra under Single sign-on. Then run `flex-sso revert` again.',
  };
}

/** What a login needs and the application does not hold, in words. */
async function lackingIn(graph: GraphReader, ids: ApplicationIds, { entityId, acsUrl }: ServiceProvider) {
  const there = await readApplication(graph, ids);
  if (!there) return ['the application itself, which Entra does not show'];
  const isMissing = (values: readonly string[], wanted: string) =>
    wanted !== '' && !values.some(value => isSameForm(value, wanted));
  return [
    ...(isMissing(there.identifierUris, entityId) ? [`the identifier (Entity ID) ${entityId}`] : []),
    ...(isMissing(there.web.redirectUris, acsUrl) ? [`the reply URL (ACS URL) ${acsUrl}`] : []),
    ...(there.accountEnabled ? [] : ['sign-in, which is switched off']),
    ...(hasKey(there) ? [] : ['a signing certificate']),
  ];
}

const hasKey = ({ certificates }: EntraApplication) => certificates.length > 0;
