import { type CauseCode, causeOf } from '../diagnosis/causes.js';
import { type Finding, type FindingOptions, findingOf } from '../diagnosis/finding.js';
import { legacyWords } from '../diagnosis/legacy-words.js';
import { type IdentityProvider, identityProviderBehind } from '../identity-providers/labels.js';
import { isSetupRecorded } from '../migration/journal.js';
import type { Migration } from '../migration/state.js';
import { legacyKeptUntil } from '../migration/status.js';

/** What the legacy connection is for as the migration stands: agents log in through it, still or again, or it is the way back. */
type LegacyRole = 'until-switch' | 'way-back' | 'going-back' | 'in-use';

export function legacyRole({ direction, facts }: Pick<Migration, 'direction' | 'facts'>): LegacyRole {
  if (direction === 'back') return facts.revertedAt ? 'in-use' : 'going-back';
  return facts.finishedAt ? 'way-back' : 'until-switch';
}

/**
 * Whether Flex uses the enhanced connection, as far as is recorded: then nobody can correct the settings of the legacy one. A way back
 * without a record of the setup begins there.
 */
export function isAway(migration: Migration): boolean {
  const { finishedAt, switchedBackAt } = migration.facts;
  if (finishedAt !== undefined) return (switchedBackAt ?? '') < finishedAt;
  return migration.direction === 'back' && switchedBackAt === undefined && !isSetupRecorded(migration);
}

/** Whose labels to use for the legacy connection: its identity provider may be another one than the new connection's. */
const identityProviderOf = ({ facts }: Migration): IdentityProvider | undefined =>
  facts.legacy && identityProviderBehind(facts.legacy.ssoUrl);

/**
 * A cause that holds for the legacy connection, in words that say so and what it means now. As long as the enhanced connection is what
 * matters, none of them is an error: it does not make that one a bad one.
 */
export function legacyFinding(
  code: CauseCode,
  evidence: string,
  migration: Migration,
  given: FindingOptions = {},
): Finding {
  const role = legacyRole(migration);
  const options = { identityProvider: identityProviderOf(migration), ...given };
  const { severity, ...finding } = findingOf(code, evidence, options);
  const words = legacyWords[code] ?? {};
  const title = words.title ?? finding.title;
  const { fix } = finding;
  const away = isAway(migration) ? words.away : undefined;
  const action = away ?? words.action ?? fix.action;
  return {
    ...finding,
    connection: 'legacy',
    severity: severity === 'error' && migration.direction === 'forward' ? 'warning' : severity,
    title,
    message: `${words.isFinal && role === 'way-back' ? closedWayBack : lead(role, migration)} ${title}. ${words.explanation ?? causeOf(code).explanation}`,
    fix: {
      ...fix,
      field: fix.product === 'Flex Console' ? `${fix.field}, of the legacy connection` : fix.field,
      action: role === 'way-back' && !words.isFinal && !away ? `${action} ${beforeGoingBack}` : action,
    },
  };
}

/** The same with a finding that was made for any connection. */
export const asLegacy = ({ code, evidence, severity, certainty }: Finding, migration: Migration): Finding =>
  legacyFinding(code, evidence, migration, { severity, certainty });

const beforeGoingBack = 'Until that is done, nobody could log in after `flex-sso revert`.';

/** No day is named up to which there is a way back that is gone. */
const closedWayBack = 'Legacy connection, which was the way back:';

function lead(role: LegacyRole, migration: Migration): string {
  if (role === 'in-use') return 'Legacy connection, through which agents log in:';
  if (role === 'going-back') return 'Legacy connection, to which the migration goes back:';
  if (role === 'until-switch') return 'Legacy connection, through which agents may log in until the switch:';
  return `Legacy connection, the way back until ${(legacyKeptUntil(migration) ?? '').slice(0, 10)}:`;
}
