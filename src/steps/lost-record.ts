import { FlexSsoError } from '../errors.js';
import type { Connection } from '../flex/client.js';
import { serviceProviderOf } from '../flex/service-provider.js';
import { readLostRecord } from '../identity-providers/entra/lost-record.js';
import { identityProviderBehind } from '../identity-providers/labels.js';
import { isSetupRecorded } from '../migration/journal.js';
import type { Person, StepTitle } from '../migration/person.js';
import type { Answers, Migration } from '../migration/state.js';
import type { Question, ReadContext } from '../migration/step.js';
import { observeLegacy } from './discover.js';

/** Whether the way back has nothing to go by: neither what was done nor what was found out is recorded. */
export const isRecordLost = (migration: Migration): boolean => !isSetupRecorded(migration) || !migration.facts.flex;

/** What this is called where a step would be. */
export const lostRecord: StepTitle = { id: 'start-setup', title: 'Read what is not recorded' };

/**
 * The migration with what the world proves of it, if its record is lost: what Flex sends for a legacy login, which enhanced connection it
 * lists, and which application holds whose identifier. Undefined if Flex lists no enhanced connection, so that there is nothing to go back
 * from. Throws 'record-lost', which says what cannot be known. Reads only.
 */
export async function rebuildRecord(
  start: Migration,
  contextOf: (current: () => Migration) => ReadContext,
  answer: Person['answer'],
): Promise<Migration | undefined> {
  let migration = start;
  const context = contextOf(() => migration);
  const configuration = await context.flex.configuration();
  const connection = onlyConnection(await context.flex.connections());
  if (!connection) return undefined;
  const ask = async (question: Question) => {
    if (migration.answers[question.input] !== undefined) return;
    const answers = { ...migration.answers, [question.input]: await answer(lostRecord, question) } as Answers;
    migration = { ...migration, answers };
  };

  context.report.note(isLost);
  const { clientId, name } = connection;
  learn({ connection: migration.facts.connection ?? { name, clientId, ...serviceProviderOf(name) } });
  const { uiVersion, flexInstanceSid, workspaceSid, runtimeDomain } = configuration;
  learn({ flex: { uiVersion, flexInstanceSid, workspaceSid, runtimeDomain } });
  await ask({ input: 'hosting', why: hostingUnknown });
  if (migration.answers.hosting === 'self-hosted') await ask({ input: 'redirectUrl' });
  if (!migration.facts.legacy) learn(await observeLegacy(context, configuration));
  const { legacy, connection: enhanced } = migration.facts;
  if (!legacy || !enhanced || legacy.entityId === enhanced.entityId) throw legacyUnseen();
  const identityProvider = migration.answers.identityProvider ?? identityProviderBehind(legacy.ssoUrl) ?? 'other';
  migration = { ...migration, answers: { overlap: 'yes', ...migration.answers, identityProvider } };
  if (identityProvider === 'entra') {
    const { setupType, facts } = await readLostRecord(context, enhanced, migration.answers);
    migration = { ...migration, answers: { ...migration.answers, ...(setupType && { setupType }) } };
    learn({ ...facts, ...known(migration) });
  }
  // If Flex uses the legacy connection already, and no new application is found, there is at most a modification to leave.
  if (!connection.active) migration = { ...migration, answers: { setupType: 'modify', ...migration.answers } };
  await ask({ input: 'setupType' });
  return migration;

  function learn(facts: Migration['facts']): void {
    migration = { ...migration, facts: { ...migration.facts, ...facts } };
  }
}

const hostingUnknown =
  'Nothing shows who hosts your Flex UI. One that you host yourself has to be deployed without the oauth object before agents can log in ' +
  'through the legacy connection.';

/** What is recorded of the applications goes before what is found. */
const known = ({ facts: { legacyApplication, application } }: Migration): Migration['facts'] => ({
  ...(legacyApplication && { legacyApplication }),
  ...(application && { application }),
});

const isLost =
  'The record of this migration is lost or incomplete, so flex-sso reads what Flex and the identity provider show. What cannot be seen is ' +
  'not restored: other values that were removed, and how the claims were made before.';

/** The connection that is in use, or else the only one there is. */
function onlyConnection(listed: readonly Connection[]): Connection | undefined {
  const active = listed.find(one => one.active);
  if (active || listed.length < 2) return active ?? listed[0];
  throw new FlexSsoError(
    'record-lost',
    `The record of this migration is lost, and Flex lists several enhanced connections: ${listed.map(({ name }) => name).join(', ')}.`,
    'None of them is active, so agents log in through the legacy connection. Put a copy of the state file in its place to go on.',
  );
}

const legacyUnseen = () =>
  new FlexSsoError(
    'record-lost',
    'The record of this migration is lost, and Flex does not show the legacy connection. So it is not known what to restore.',
    'Put a copy of the state file in its place. Console shows the legacy Entity ID and ACS URL at “switch back to legacy connection”, as ' +
      'long as Flex keeps them.',
  );
