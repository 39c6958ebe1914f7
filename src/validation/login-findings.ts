import { type CauseCode, isCauseCode } from '../diagnosis/causes.js';
import { expectedOf } from '../diagnosis/expected.js';
import { type Finding, findingOf, rank } from '../diagnosis/finding.js';
import { recognise } from '../diagnosis/recognise.js';
import type { LoginRefusal } from '../migration/facts.js';
import type { Migration } from '../migration/state.js';

/** Why the last login was refused, and what speaks against one that was not. */
export function loginFindings(migration: Migration): Finding[] {
  const { refusal, evidence } = migration.facts;
  const options = { identityProvider: migration.answers.identityProvider };
  const doubts = (evidence?.doubts ?? []).flatMap(({ cause, severity, message }) =>
    isCauseCode(cause) ? [findingOf(cause, message, { ...options, severity })] : [],
  );
  return [
    ...doubts,
    ...(refusal ? refusalFindings(refusal, migration) : []),
    ...(evidence?.source === 'word'
      ? [findingOf('stale-session', unseen, { severity: 'warning', certainty: 'likely' })]
      : []),
  ];
}

const unseen =
  'Somebody said that a login worked, and no Worker changed. Entra’s log, where it can be read, does not show one either, or not yet.';

/** With what static findings make of it: a refusal of which they show the reason is explained by them. */
export function together(found: readonly Finding[], ofLogin: readonly Finding[]): Finding[] {
  const isNested = ofLogin.some(({ code }) => code === 'user-not-assigned');
  const raised = found.map(finding =>
    finding.code === 'group-nested' && isNested ? { ...finding, severity: 'error' as const } : finding,
  );
  return rank([...ofLogin, ...raised]);
}

function refusalFindings({ message, code, cause, by }: LoginRefusal, migration: Migration): Finding[] {
  // Nobody answered flex-sso: what it found instead may be of another login.
  const certainty = by === 'flex-sso' ? ({ certainty: 'likely' } as const) : {};
  const options = { identityProvider: migration.answers.identityProvider, ...certainty };
  if (cause !== undefined && isCauseCode(cause)) return [findingOf(cause, message, options)];
  const certificate = certificateFinding(message, migration);
  if (certificate) return [certificate];
  // The login began at Flex.
  if (/IdP[- ]Initiated/i.test(message))
    return [findingOf('relay-state-lost', message, { ...options, certainty: 'likely' })];
  const found = recognise({ code, message }, options);
  if (found.length > 0) return found;
  const unknown: CauseCode = by === 'entra' ? 'identity-provider-refused' : 'flex-validation-failed';
  return [findingOf(unknown, message, { ...options, certainty: 'likely' })];
}

/** Flex names both thumbprints; which of them the migration recorded says whose mistake it is. */
function certificateFinding(message: string, migration: Migration): Finding | undefined {
  const [, configured, used] = /configured: ([0-9A-F]{40})\W+calculated: ([0-9A-F]{40})/i.exec(message) ?? [];
  const recorded = expectedOf(migration).certificates[0]?.thumbprint;
  if (!configured || !used || !recorded) return undefined;
  const isRolled = configured.toUpperCase() === recorded && used.toUpperCase() !== recorded;
  return findingOf(isRolled ? 'certificate-rolled' : 'certificate-wrong', message, {
    identityProvider: migration.answers.identityProvider,
  });
}
