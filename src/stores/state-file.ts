import { FlexSsoError, inputError } from '../errors.js';
import { type Migration, migrationSchema, schemaVersion } from '../migration/state.js';
import { diskWords } from './disk-words.js';
import type { Owner } from './lock.js';

/** The document in a state file. Throws 'state-damaged' and 'state-newer'. */
export function parseDocument(file: string, text: string): Migration {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw damaged(file, text.trim() === '' ? 'it is empty' : 'it is not whole JSON');
  }
  const version = (document as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > schemaVersion)
    throw new FlexSsoError(
      'state-newer',
      `The state file ${file} was written by a newer flex-sso (version ${version} of the format; this one knows ${schemaVersion}).`,
      'Update this flex-sso (`npm install flex-sso@latest`). The file was left as it is.',
    );
  const result = migrationSchema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw damaged(file, `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not as expected'}`);
}

export function damaged(file: string, why: string): FlexSsoError {
  return new FlexSsoError(
    'state-damaged',
    `The state file ${file} is damaged: ${why}.`,
    'It was left as it is. Put a copy from a backup in its place. If there is no copy, move the file away. Then run `flex-sso revert` to ' +
      'go back, or `flex-sso migrate` with the `--setup-type` of before to go on. Both read what Flex and the identity provider show, ' +
      'and change nothing before you accept their plan.',
  );
}

export const isDamaged = (error: unknown): error is FlexSsoError =>
  error instanceof FlexSsoError && error.code === 'state-damaged';

/** For a person whose damaged file was passed over. */
export function recovered({ revision, updatedAt }: Migration, { message }: FlexSsoError): string {
  return (
    `${message} flex-sso goes on from the state before it: revision ${revision} of ${updatedAt}. ` +
    'What was recorded after that is lost. flex-sso looks at what exists before it changes anything.'
  );
}

export function unreadable(file: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unreadable',
    `The state file ${file} cannot be read: ${diskWords(cause)}.`,
    'Check its permissions; it belongs to the user who ran flex-sso first.',
    { cause },
  );
}

/** Nothing has been written anywhere. */
export function unwritable(directory: string, cause: unknown): FlexSsoError {
  return inputError(
    'state-unwritable',
    `The state cannot be kept in ${directory}: ${diskWords(cause)}.`,
    'Name a folder that you may write to with --state or FLEX_SSO_STATE.',
  );
}

export function notSaved(directory: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unwritable',
    `The state cannot be saved in ${directory}: ${diskWords(cause)}.`,
    'The state that was saved before is whole. Correct what is wrong with the disk or the folder, and run `flex-sso resume`.',
    { cause },
  );
}

export function changedByAnother(file: string): FlexSsoError {
  return new FlexSsoError(
    'state-changed',
    `Another flex-sso has changed ${file} meanwhile.`,
    'Run `flex-sso status` to see where the migration is now, and `flex-sso resume` to go on from there.',
    { ending: 'changed' },
  );
}

export function locked(file: string, { pid, host, command, since }: Owner): FlexSsoError {
  const about = [
    pid > 0 && `process ${pid}${host && ` on ${host}`}`,
    command && `\`${command}\``,
    since && `since ${since}`,
  ];
  const known = about.filter(Boolean).join(', ');
  return new FlexSsoError(
    'state-locked',
    `Another flex-sso is working on this migration${known && ` (${known})`}.`,
    `Wait until it has ended, or stop it, and try again. If that process is not flex-sso, delete ${file}.`,
  );
}

export function notLocked(file: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unlockable',
    `The lock ${file} cannot be made, or taken from a process that has ended: ${diskWords(cause)}.`,
    'Correct what is wrong with the disk or the folder. If no other flex-sso is running, delete that file.',
    { cause },
  );
}

export function lockLost(file: string): FlexSsoError {
  return new FlexSsoError(
    'state-lock-lost',
    `This run has lost its lock ${file}, so another flex-sso may work on the migration now. This run writes nothing more.`,
    'That happens if the computer sleeps or the folder is deleted. Run `flex-sso status` to see where the migration is.',
    { ending: 'changed' },
  );
}
