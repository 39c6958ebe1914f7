import type { Cloud } from '../../endpoints.js';
import { FlexSsoError } from '../../errors.js';
import type { ApplicationIds } from '../../migration/facts.js';
import { lastApplied } from '../../migration/journal.js';
import type { Migration } from '../../migration/state.js';
import type { Change, Check, ReadContext } from '../../migration/step.js';
import { requiredClaimProblems } from './claim-notes.js';
import { describeClaim, entryFor, flexClaims } from './claims.js';
import { nameFor } from './derived.js';
import { existingIds } from './existing-application.js';
import { changesOfLastRun, cutOffTheOtherWay, interruptedLookMs, isInterrupted } from './journal.js';
import { type LegacyClaims, readLegacyClaims } from './legacy-claims.js';
import { asFlexNeeds, claimsToMend, mendedClaims, whyOnlyByHand } from './mended-claims.js';
import { noteOnce } from './note-once.js';
import { findPolicy, type Policy } from './policies.js';
import { portalClaims, portalClaimsByHand } from './portal-claims-by-hand.js';
import type { EntraApplication } from './read.js';
import { look, settleMs } from './replication.js';

/** The `resource` of a change of the claims by a policy, of a new application as of a modified one. */
export const claimsPolicy = 'claimsMappingPolicy';

/** The policy that a modified application gets; not the one that a new application of the same migration may have. */
const ownPolicyName = ({ id }: Pick<Migration, 'id'>, { appId }: ApplicationIds) =>
  nameFor(id, `claims for ${appId.slice(0, 8)}`);

/** The changes of this application's claims by a policy since they were last restored. */
export const policyChanges = (migration: Migration, at: ApplicationIds): Change[] =>
  changesOfLastRun(migration.journal, claimsPolicy).filter(({ key }) => key === ownPolicyName(migration, at));

/** What a change of the claims holds before and after, beside their definition. */
export const assignedIn = (value: Change['before']) =>
  ((value as { assigned?: unknown } | null)?.assigned ?? []) as Pick<Policy, 'id' | 'displayName'>[];

/**
 * The change that makes an existing application send what Flex demands; none where it does. It gets a policy of its own, in the place
 * of one that is assigned, which other applications may have and which is never edited. Throws 'claims-without-key'.
 */
export function planClaims(
  migration: Migration,
  there: EntraApplication,
  legacy: LegacyClaims,
  cloud: Cloud,
): Change[] {
  const begun = policyChanges(migration, there.ids).at(-1);
  // The old policy was taken away, and the run was cut off before the new one took its place: what is sent now is not what was. Nor may
  // what is shown be what is sent where the way back was cut off.
  const isBetween = !legacy.assigned && begun && assignedIn(begun.before).length > 0;
  if (begun && (isBetween || cutOffTheOtherWay(migration, claimsPolicy))) return [begun];
  const wanted = claimsToMend(legacy);
  if (legacy.assumed ? isTold(migration, there) : wanted.length === 0) return [];
  const why = whyOnlyByHand(legacy);
  if (why) return [portalClaimsByHand(there.ids, { why, wanted: legacy.assumed ? flexClaims : wanted, legacy, cloud })];
  if (there.certificates.length === 0) throw withoutKey(there);
  const displayName = ownPolicyName(migration, there.ids);
  const { assigned = [], definition } = legacy;
  return [
    {
      action: assigned.length > 0 ? 'update' : 'create',
      resource: claimsPolicy,
      key: displayName,
      title: `Attributes & Claims: ${asFlexNeeds(wanted)}, beside what is sent today`,
      before: { assigned, ClaimsMappingPolicy: definition } as unknown as Change['before'],
      after: { assigned: [{ displayName }], ...mendedClaims(legacy) } as unknown as Change['after'],
    },
  ];
}

/** Where nobody but a person can see what is sent, their word is all there is. */
const isTold = ({ journal }: Migration, { ids }: EntraApplication) =>
  lastApplied(journal, 'update-identity-provider', portalClaims, ids.appId) !== undefined;

/** Entra demands a key of the application's own for claims by policy (AADSTS50146), and signs nothing without one. */
function withoutKey({ ids: { displayName, appId } }: EntraApplication): FlexSsoError {
  return new FlexSsoError(
    'claims-without-key',
    `The application "${displayName}" (${appId}) lacks claims that Flex demands, and it has no signing certificate of its own, without ` +
      'which Entra takes no claims by a policy (AADSTS50146).',
    'Add a certificate in Entra under Single sign-on > SAML Certificates > New Certificate, make it active, and put it into Flex ' +
      'Console, too, if Flex has another one. Then run `flex-sso resume`.',
  );
}

/** A policy that a run may have made before it was cut off is looked for patiently, so that there is never a second one. */
export async function settleInterruptedClaims(context: ReadContext): Promise<void> {
  const { migration } = context;
  if (!isInterrupted(migration, claimsPolicy)) return;
  const graph = await context.graph();
  const name = ownPolicyName(migration, existingIds(migration));
  await look(
    async () => {
      const found = await findPolicy(graph, 'claimsMappingPolicies', name);
      if (!found) noteOnce(context.report, mayBeMade(name));
      return found;
    },
    { wait: graph.wait, longestMs: interruptedLookMs },
  );
}

const mayBeMade = (name: string) =>
  `The last run was cut off while it made the policy "${name}": looking for it, for up to ${interruptedLookMs / 1000} seconds …`;

/** Whether the application sends what Flex demands, as far as that can be seen. Looks for some seconds: reads lag behind writes. */
export async function checkClaims(context: ReadContext): Promise<Check> {
  const graph = await context.graph();
  const ids = existingIds(context.migration);
  let check = checkOf(await readLegacyClaims(graph, ids));
  if (check.result === 'failed')
    await look(
      async () => {
        check = checkOf(await readLegacyClaims(graph, ids));
        return check.result !== 'failed' || undefined;
      },
      { wait: graph.wait, longestMs: settleMs },
    );
  return check;
}

function checkOf(legacy: LegacyClaims): Check {
  if (legacy.assumed)
    return {
      name: 'claims',
      result: 'unknown',
      strength: 'word',
      message:
        'What the application sends could not be read; the IdP administrator has looked at it, and a login will show it.',
    };
  const problems = requiredClaimProblems(legacy);
  const seen = flexClaims.map(({ SamlClaimType: name }) => {
    const entry = entryFor(name, legacy.entries);
    return entry?.SamlClaimType === name ? describeClaim(entry) : name;
  });
  if (problems.length === 0)
    return {
      name: 'claims',
      result: 'passed',
      strength: 'observed',
      message: `The application sends what Flex demands: ${seen.join(', ')}.`,
    };
  return {
    name: 'claims',
    result: 'failed',
    strength: 'observed',
    message: `${problems.map(({ problem }) => problem).join('. ')}.`,
    hint: 'Run `flex-sso resume`: it is planned again.',
  };
}

/** Looks whether a person has done it, before what follows is written. Throws a verification error where it visibly is not. */
export async function assertClaimsByHand(context: ReadContext): Promise<void> {
  const { result, message } = await checkClaims(context);
  if (result !== 'failed') return;
  throw new FlexSsoError(
    'claims-by-hand-missing',
    message,
    'Do on the claims page what the step says, with an empty Namespace, then run `flex-sso resume`.',
    { ending: 'verification' },
  );
}
