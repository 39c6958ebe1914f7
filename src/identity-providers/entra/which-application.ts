import type { ApplicationIds } from '../../migration/facts.js';
import type { Migration } from '../../migration/state.js';
import type { ReadContext } from '../../migration/step.js';
import { type Assignment, missingFrom } from './assignments.js';
import type { There, Wish } from './concern.js';
import { isTemporaryName, temporaryName } from './derived.js';
import { noteOnce } from './note-once.js';

/** An application as whoever looks it up in Entra needs it. */
const named = ({ displayName, appId }: Pick<ApplicationIds, 'displayName' | 'appId'>) =>
  `“${displayName}” (application id ${appId})`;

/** Says which application is taken for the one that people log in through today, why, and what becomes of it. */
export function noteOnLegacy({ migration, report }: ReadContext, ids: ApplicationIds): void {
  const { answers } = migration;
  const what = answers.setupType === 'modify' ? modified : 'Assignments, roles and claims are carried over from';
  const why =
    answers.legacyApplication === ids.appId
      ? 'it was named as the one that agents log in through'
      : 'it has the identifier that Flex sends for a legacy login';
  noteOnce(report, `${what} the application ${named(ids)}: ${why}.`);
}

/** Says which application is modified where that was settled long before. */
export const noteOnModified = ({ report }: ReadContext, ids: ApplicationIds): void =>
  noteOnce(report, `${modified} the application ${named(ids)}.`);

const modified = 'What is modified is';

/** Says of an application that another run left behind why it is taken, and what stays in it that flex-sso would not put there. */
export function noteOnAdopted({ migration, report }: ReadContext, wish: Wish, there: There): void {
  const { displayName } = there.ids;
  if (isOwn(migration, displayName)) return;
  const name = isTemporaryName(displayName)
    ? 'a name that flex-sso gives to what is not complete yet'
    : 'the name that was chosen';
  const foreign = foreignIn(wish, there);
  const stays = foreign.length > 0 ? `What else is in it stays: ${foreign.join('; ')}.` : 'Nothing else is in it.';
  noteOnce(
    report,
    `The application ${named(there.ids)} is there already and is completed, instead of creating another one: it has the Entity ID of the ` +
      `new connection, and ${name}. ${stays}`,
  );
}

/** Whether this migration has created it. */
const isOwn = ({ id, journal, history }: Migration, displayName: string) =>
  displayName === temporaryName(id) || [...journal, ...history].some(({ change }) => change.resource === 'application');

function foreignIn(wish: Wish, there: There): string[] {
  const { serviceProvider, roles, assignments, notificationEmailAddresses: told, carriedEmailAddresses } = wish;
  const others = (values: readonly string[], ...ours: readonly string[]) =>
    values.filter(value => !ours.includes(value));
  const people = missingFrom(assignments, there.assignments);
  const lists: readonly (readonly [what: string, values: readonly string[]])[] = [
    ['identifier', others(there.identifierUris, serviceProvider.entityId)],
    ['reply URL', others(there.web.redirectUris, serviceProvider.acsUrl)],
    ['app role', others(rolesOf(there), ...roles.map(({ value }) => value))],
    ['assigned', people.map(nameOf)],
    ['notified of the certificate', told ? [] : others(there.notificationEmailAddresses, ...carriedEmailAddresses)],
    ['certificate', there.certificates.map(({ displayName, thumbprint }) => `${displayName} (${thumbprint})`)],
  ];
  return lists.filter(([, values]) => values.length > 0).map(([what, values]) => `${what} ${some(values)}`);
}

const rolesOf = ({ appRoles }: There) =>
  appRoles.flatMap(({ value, isEnabled }) => (value && isEnabled !== false ? [value] : []));
const nameOf = ({ displayName, principalId, role, roleName }: Assignment) =>
  `${displayName || principalId} (${role ?? roleName ?? 'default access'})`;

const most = 5;

function some(values: readonly string[]): string {
  const more = values.length - most;
  return values.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
