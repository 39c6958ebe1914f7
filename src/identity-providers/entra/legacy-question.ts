import type { LegacyCandidate } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { FoundChoice, Question } from '../../migration/step.js';
import { doubtAbout } from './legacy-candidates.js';
import { isSameForm } from './legacy-values.js';

type Known = Pick<Migration, 'answers' | 'facts'>;

/** The question which application it is, with what is known of each; `undefined` where it is known or answered. */
export function askForLegacyApplication(known: Known): Question | undefined {
  const { answers, facts } = known;
  if (facts.legacyApplication || answers.legacyApplication) return undefined;
  const candidates = facts.legacyCandidates ?? [];
  return {
    input: 'legacyApplication',
    why: whyAsked(known, candidates),
    choices: [...candidates.map(choice), ...(answers.setupType === 'modify' ? [] : [none(candidates.length > 0)])],
    other: { value: '<appId>', label: 'Another application, by its application (client) id' },
  };
}

const none = (isOfSeveral: boolean): FoundChoice => ({
  value: 'none',
  label: `${isOfSeveral ? 'None of them' : 'None'}: nobody is carried over to the new application`,
});

function whyAsked({ answers, facts: { legacy } }: Known, candidates: readonly LegacyCandidate[]): string {
  if (candidates.length === 0)
    return (
      'No application of this Entra tenant has an identifier of the legacy connection, and no deleted one either' +
      `${answers.setupType === 'modify' ? ', so there is nothing to modify but what somebody names' : ''}.`
    );
  if (!legacy)
    return 'Flex did not show which identifier it sends, so it is not clear which application your agents log in through today.';
  const has = ({ identifier }: LegacyCandidate) => isSameForm(identifier, legacy.entityId);
  const [holder, another] = candidates.filter(one => has(one) && !one.deletedDateTime);
  if (another) return `More than one application has the identifier that Flex sends, ${legacy.entityId}.`;
  const doubt = holder && doubtAbout(holder, legacy);
  if (doubt) return doubt;
  const lost = candidates.find(has);
  const said = `No application of this Entra tenant has the identifier that Flex sends, ${legacy.entityId}`;
  if (!lost) return `${said}. What is found has another one.`;
  return (
    `${said}, but “${lost.displayName}”, which was deleted. If your agents logged in through that one, restore it first, ` +
    'in Entra under App registrations > Deleted applications, and run this again.'
  );
}

function choice(candidate: LegacyCandidate): FoundChoice {
  const { appId, displayName, deletedDateTime } = candidate;
  return {
    value: appId,
    label: deletedDateTime ? `“${displayName}”, which is deleted and has to be restored first` : `“${displayName}”`,
    facts: factsOf(candidate),
  };
}

function factsOf(candidate: LegacyCandidate): string[] {
  const { identifier, otherIdentifiers = [], replyUrls = [], createdDateTime, deletedDateTime } = candidate;
  const { enabled, assigned, lastSignIn } = candidate;
  return [
    `identifier ${some([identifier, ...otherIdentifiers])}`,
    replyUrls.length > 0 && `reply URL ${some(replyUrls)}`,
    createdDateTime && `created ${createdDateTime.slice(0, 10)}`,
    enabled !== undefined && (enabled ? 'enabled for sign-in' : 'sign-in switched off'),
    assigned !== undefined && `${assigned.toLocaleString('en-GB')} ${assigned === 1 ? 'assignment' : 'assignments'}`,
    lastSignIn
      ? `last sign-in ${lastSignIn.slice(0, 16).replace('T', ' ')} UTC`
      : lastSignIn === null && 'no sign-in in the log',
    deletedDateTime && `DELETED since ${deletedDateTime.slice(0, 10)}: Entra keeps it for 30 days`,
  ].filter(fact => typeof fact === 'string' && fact !== '') as string[];
}

const most = 3;

function some(values: readonly string[]): string {
  const more = values.length - most;
  return values.slice(0, most).join(' and ') + (more > 0 ? ` and ${more} more` : '');
}
