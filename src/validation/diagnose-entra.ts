import { expectedOf } from '../diagnosis/expected.js';
import { entraFinding, type Finding } from '../diagnosis/finding.js';
import { FlexSsoError } from '../errors.js';
import type { GraphReader } from '../identity-providers/entra/client.js';
import {
  type ConfiguredApplication,
  readConfigured,
  withAssignmentsNow,
} from '../identity-providers/entra/configured.js';
import { explain, isRefusedForGood } from '../identity-providers/entra/refusals.js';
import type { ApplicationIds } from '../migration/facts.js';
import { lastApplied } from '../migration/journal.js';
import type { Check, Migration } from '../migration/state.js';
import type { ReadContext } from '../migration/step.js';
import { applicationFindings } from './application-findings.js';
import { peopleFindings } from './people-findings.js';

interface EntraDiagnosis {
  findings: readonly Finding[];
  checks: readonly Check[];
  /** As it was read; undefined where it was not looked at, or is not there. */
  application?: ConfiguredApplication;
}

/** The application behind the enhanced connection. */
export const applicationOf = ({ answers, facts }: Pick<Migration, 'answers' | 'facts'>): ApplicationIds | undefined =>
  answers.setupType === 'modify' ? facts.legacyApplication : facts.application;

/** What the application in Entra shows, where Graph can be asked; where it cannot, that is said. */
export async function diagnoseEntra(context: ReadContext): Promise<EntraDiagnosis> {
  const { migration, flex } = context;
  const ids = applicationOf(migration);
  if (migration.answers.identityProvider !== 'entra' || !ids) return { findings: [], checks: [] };
  try {
    const graph = await context.graph();
    const [application, listed] = await Promise.all([readConfigured(graph, ids), flex.connections()]);
    if (!application)
      return {
        findings: [entraFinding('application-missing', `Graph does not show "${ids.displayName}" (${ids.appId}).`)],
        checks: [],
      };
    const wanted = {
      expected: expectedOf(migration),
      connectionNames: listed.map(({ name }) => name),
      claims: assigned(migration, 'claimsMappingPolicy'),
      signing: assigned(migration, 'tokenIssuancePolicy') ? 'that both are signed' : ofModified(migration),
    };
    const ofPeople = (seen: ConfiguredApplication) => peopleFindings(graph, seen, assignedBefore(migration));
    const first = await ofPeople(application);
    // What is wrong may have been mended since.
    const isOld = first.length > 0 && application.areAssignmentsFromBefore;
    const findings = [
      ...applicationFindings(application, wanted),
      ...(isOld ? await ofPeople(await withAssignmentsNow(graph, application, ids)) : first),
    ];
    return { findings, checks: findings.length > 0 ? [] : [right(ids)], application };
  } catch (error) {
    if (isRefusedForGood(error) || (error instanceof FlexSsoError && error.ending === 'permission'))
      return { findings: [], checks: [notLookedAt(error.message)] };
    throw explain(error);
  }
}

/** Graph, where it can be had; undefined where nobody can sign in to it. */
export async function graphIfAllowed(context: ReadContext): Promise<GraphReader | undefined> {
  if (context.migration.answers.identityProvider !== 'entra') return undefined;
  try {
    return await context.graph();
  } catch (error) {
    if (error instanceof FlexSsoError && error.ending === 'permission') return undefined;
    throw error;
  }
}

const right = ({ displayName }: ApplicationIds): Check => ({
  name: 'application',
  result: 'passed',
  strength: 'observed',
  message: `The application "${displayName}" in Entra has the values of the connection, a valid certificate and the claims that Flex needs.`,
});

const notLookedAt = (why: string): Check => ({
  name: 'application',
  result: 'unknown',
  strength: 'observed',
  message: 'The application in Entra was not looked at, as nobody is signed in to Entra who may read it.',
  seen: why,
});

/** What this migration last set of this kind; undefined where it set nothing. */
function assigned({ journal, history }: Migration, resource: string): unknown {
  return lastApplied([...history, ...journal], 'update-identity-provider', resource)?.change.after;
}

/** How a modified application signed before. */
const ofModified = ({ answers, facts }: Migration) =>
  answers.setupType === 'modify' ? facts.legacyAnswer?.signing : undefined;

function assignedBefore(migration: Migration): string[] {
  const list = assigned(migration, 'appRoleAssignments');
  if (!Array.isArray(list)) return [];
  return list.flatMap(one => (typeof one?.principalId === 'string' ? [one.principalId] : []));
}
