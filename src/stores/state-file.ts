import path from 'node:path';
import { FlexSsoError, inputError } from '../errors.js';
import { type Migration, migrationSchema, schemaVersion } from '../migration/state.js';
import { diskAdvice, diskWords, obstacle } from './disk-words.js';
import { type Held, takenOver } from './lock.js';

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
    `It was left as it is. Put a copy from a backup in its place. ${withoutCopy(file)}`,
  );
}

/** The way on without a record. Both revisions have to go, as one that stays counts. */
function withoutCopy(file: string): string {
  const newest = path.basename(file).replace('.previous.', '.');
  return (
    `If there is no copy, move ${newest} and ${previousOf(newest)} away, if they are there. Then run \`flex-sso revert\` with the \`--hosting\` of before ` +
    'to go back, or `flex-sso migrate` with the `--setup-type` of before to go on. Both read what Flex and the identity provider show, and change ' +
    'nothing before you accept their plan.'
  );
}

const previousOf = (newest: string) => newest.replace(/json$/, 'previous.json');

/** For a person whose newest file was passed over. */
export function recovered({ revision, updatedAt }: Migration, wrong: FlexSsoError, file: string): string {
  return (
    `${wrong.message} flex-sso goes on from the state before it: revision ${revision} of ${updatedAt}, in ${file}. ` +
    `flex-sso does not know what was recorded after that, and looks at what exists before it changes anything. ${instead(wrong, file)}`
  );
}

/** What a person can do who does not want that. */
function instead({ code, cause }: FlexSsoError, file: string): string {
  const name = path.basename(file);
  if (code === 'state-missing') return `To begin without a record, move ${name} away too.`;
  const repair =
    code === 'state-unreadable' ? `To use the newest file, stop here. ${diskAdvice(cause)}, and try again. ` : '';
  return `${repair}The next save renames the newest file to ${name.replace('.previous.', '.damaged.')}.`;
}

export function missing(file: string): FlexSsoError {
  return new FlexSsoError(
    'state-missing',
    `The state file ${file} is missing.`,
    'Put it back, and run `flex-sso resume`. If it is lost, run `flex-sso status` to see what is still recorded.',
    { ending: 'changed' },
  );
}

/** For a run whose newest revision was whole when it was last read. */
export const spoiltMeanwhile = ({ code, message, ending, cause }: FlexSsoError): FlexSsoError =>
  new FlexSsoError(
    code,
    `${message} It was whole when this run read it.`,
    'This run saves nothing over it. Put it right, and run `flex-sso resume`. If you cannot, `flex-sso resume` goes on from the ' +
      'revision before it.',
    { ending, cause },
  );

export function unreadable(file: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unreadable',
    `The state file ${file} cannot be read: ${diskWords(cause)}.`,
    `${diskAdvice(cause)}, and try again. If the file is lost, put a copy from a backup in its place. ${withoutCopy(file)}`,
    { cause },
  );
}

/** Which migrations there are cannot be seen. */
export function unlistable(directory: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unreadable',
    `The folder of the state ${directory} cannot be read: ${diskWords(cause)}.`,
    `${diskAdvice(cause)}, or name another folder with --state or FLEX_SSO_STATE.`,
    { cause },
  );
}

/** Nothing has been written anywhere. */
export function unwritable(directory: string, cause: unknown): FlexSsoError {
  return inputError(
    'state-unwritable',
    `The state cannot be kept in ${directory}: ${diskWords(cause)}.`,
    `${diskAdvice(cause)}, or name another folder with --state or FLEX_SSO_STATE.`,
  );
}

export function notSaved(directory: string, cause: unknown, isSavedBefore: boolean): FlexSsoError {
  const name = obstacle(cause);
  return new FlexSsoError(
    'state-unwritable',
    `The state cannot be saved in ${directory}: ${diskWords(cause)}${name ? ` (${name})` : ''}.`,
    isSavedBefore
      ? `The state that was saved before is whole. ${diskAdvice(cause)}, and run \`flex-sso resume\`.`
      : `Nothing was recorded before. ${diskAdvice(cause)}, and run the same command again.`,
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

export function locked(file: string, held: Held): FlexSsoError {
  const { pid, host, command, since } = held.heldBy;
  const about = [
    pid > 0 && `process ${pid}${host && ` on ${host}`}`,
    command && `\`${command}\``,
    since && `since ${since}`,
  ];
  const known = about.filter(Boolean).join(', ');
  return new FlexSsoError(
    'state-locked',
    pid > 0
      ? `Another flex-sso is working on this migration (${known}).`
      : `The lock ${file} does not say who holds it. Another flex-sso may be starting, or has ended as it started.`,
    pid > 0
      ? `Wait until it has ended, or stop it, and try again. ${takenOver(held)}If that process is not flex-sso, delete ${file}.`
      : `${takenOver(held)}If no other flex-sso is running, you can delete the file now.`,
  );
}

export function notLocked(file: string, cause: unknown): FlexSsoError {
  return new FlexSsoError(
    'state-unlockable',
    `The lock ${file} cannot be made, or taken from a process that has ended: ${diskWords(cause)}.`,
    `${diskAdvice(cause)}, and try again. If no other flex-sso is running, you can delete that file. ` +
      '`flex-sso status` and `flex-sso plan` work without a lock.',
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
