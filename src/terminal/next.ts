import type { Migration } from '../migration/state.js';
import { leftToDo, shownSince } from '../migration/status.js';
import { legacyWindow } from './legacy-window.js';
import { openEntry } from './steps.js';

/** How a run ended, or how a migration stands that nobody is working on. */
export type Standing =
  | 'finished'
  | 'paused'
  | 'reverted'
  /** A plan was shown and not accepted. */
  | 'declined'
  /** One step of a migration was looked at, and others are left. */
  | 'checked'
  /** A login was asked for, of a migration that is finished or not, and nobody has logged in yet. */
  | 'awaiting-login'
  /** Cut off, or stopped between two steps. */
  | 'unfinished';

/** What the reader may do now, the likeliest first; one sentence each. */
export function next(
  migration: Migration,
  standing: Standing,
  options: { isSandbox: boolean; since?: string | undefined },
): string[] {
  switch (standing) {
    case 'finished':
      return [
        ...leftToDo(migration).map(({ hint }) => hint),
        ...afterwards(migration, options),
        ...wayBack[legacyWindow(migration)],
      ];
    case 'reverted':
      return ['Run `flex-sso migrate` to go forward again.'];
    case 'paused':
      if (isTooLateToGoBack(migration)) return tooLate;
      return [
        'Run `flex-sso resume` when that is done, today or in two weeks. Where nobody can be asked, say so with ' +
          `\`--done ${openEntry(migration)?.step ?? '<step>'}\`.`,
        ...wayOut(migration),
      ];
    case 'awaiting-login':
      return [awaited(migration)];
    case 'declined':
      if (isTooLateToGoBack(migration)) return tooLate;
      return ['Run `flex-sso resume` to see the plan again, and to accept it then.', ...wayOut(migration)];
    case 'checked':
    case 'unfinished':
      if (isTooLateToGoBack(migration)) return tooLate;
      return ['Run `flex-sso resume` to go on with what is left.', ...wayOut(migration)];
  }
}

const wayBack: Readonly<Record<ReturnType<typeof legacyWindow>, readonly string[]>> = {
  open: ['Run `flex-sso revert` to go back to the legacy connection.'],
  broken: ['Fix the login of the legacy connection before you go back to it: `flex-sso revert` looks at it first.'],
  'switched-off': [],
  late: [],
};

/** A way back that was begun in time, and that nobody can likely complete. */
const isTooLateToGoBack = (migration: Migration) =>
  migration.direction === 'back' && legacyWindow(migration) === 'late';

/** What people did in Console since then is not recorded. */
const tooLate = [
  'Run `flex-sso migrate` to go forward again.',
  'If someone has switched Flex Console back to the legacy connection, run `flex-sso revert` instead: it does the rest.',
];

const hasWayBack = (migration: Migration) => wayBack[legacyWindow(migration)].length > 0;

/** Only a login elsewhere can be seen afterwards. */
const awaited = ({ facts }: Migration) =>
  facts.workersBeforeLogin
    ? 'Run `flex-sso validate` when somebody logs in, or has logged in: it looks at what has changed since now. Where nobody can be ' +
      'asked, add `--done validate-connection`.'
    : 'Run `flex-sso validate --login browser` when somebody can log in on this machine, or `flex-sso validate --login observe` where ' +
      'that is to happen elsewhere.';

function afterwards(
  migration: Migration,
  { isSandbox, since = '' }: { isSandbox: boolean; since?: string | undefined },
): string[] {
  const { answers, facts, journal, history } = migration;
  const isProven = shownSince(migration, since) !== undefined;
  const entered = [...history, ...journal].flatMap(({ change }) => change.instruction?.tasks ?? []);
  const callback = entered
    .flatMap(task => (task.do === 'enter' && task.label === 'Trusted URLs' ? task.value.split('\n') : []))
    .findLast(url => url.startsWith('http://localhost:'));
  return [
    ...(facts.workersBeforeLogin ? [awaited(migration)] : []),
    ...(isProven ? [] : ['Run `flex-sso validate --login browser` to see a login work.']),
    ...(callback && isProven && !isSandbox
      ? [`Take ${callback} out of the Trusted URLs in Flex Console again: only the test login needed it.`]
      : []),
    ...(answers.setupType === 'new' && hasWayBack(migration)
      ? ['Keep the legacy application in the identity provider as long as you may want to go back.']
      : []),
  ];
}

/** The other direction, where there is something to turn round for. */
function wayOut(migration: Migration): string[] {
  const { direction, journal } = migration;
  if (direction === 'back') return ['Run `flex-sso migrate` to go forward again instead.'];
  return journal.length > 0 && hasWayBack(migration)
    ? ['Run `flex-sso revert` to go back to the legacy connection instead.']
    : [];
}
