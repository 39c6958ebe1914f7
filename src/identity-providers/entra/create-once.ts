import { FlexSsoError } from '../../errors.js';
import { GraphError, type Wait } from './client.js';
import { look } from './replication.js';

interface Creation<T> {
  wait: Wait;
  /** For the error where it is not to be seen: "the application". */
  what: string;
  /** What it is looked for by: "its name". */
  by: string;
  /** Hears why it takes long. */
  note?: ((message: string) => void) | undefined;
  find(): Promise<T | undefined>;
  /** What was created, where the answer says all that is needed; else it is looked for. */
  create(): Promise<T | undefined>;
  /** Whether it may be tried again once it was looked for in vain. Not where Graph answers 404 and creates all the same. */
  again: boolean;
}

const lookMs = { last: 120_000, before: 12_000 };
const attempts = 4;

/**
 * Finds an object, or creates it; waits until it is to be seen where its creation does not tell enough. After a failure that leaves open
 * whether it was created, it is looked for again, patiently, before anything else: never a second one. Throws what `create` refuses, or
 * 'not-created'.
 */
export async function createOnce<T>(creation: Creation<T>): Promise<T> {
  const { wait, find, create, again } = creation;
  const there = await find();
  if (there !== undefined) return there;
  for (let attempt = 1; ; attempt++) {
    let failure: unknown;
    try {
      const created = await create();
      if (created !== undefined) return created;
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined && !leavesOpen(failure)) throw failure;
    const last = failure === undefined || !again || attempt === attempts;
    // A 404 comes from where the object is not known that it belongs to; only the creation of an application means little by it.
    const isSoonClear = !last && isUnknown(failure);
    if (failure !== undefined) creation.note?.(lookingFor(creation, failure));
    const seen = await look(find, { wait, longestMs: isSoonClear ? lookMs.before : lookMs.last });
    if (seen !== undefined) return seen;
    if (last) throw isUnknown(failure) ? notThere(creation, failure) : (failure ?? notSeen(creation));
  }
}

function leavesOpen(error: unknown): boolean {
  if (error instanceof GraphError) return error.status === 404 || error.status >= 500;
  return error instanceof FlexSsoError && ['unreachable', 'garbled-answer', 'foreign-answer'].includes(error.code);
}

const isUnknown = (error: unknown): error is GraphError => error instanceof GraphError && error.status === 404;

type Words = Pick<Creation<unknown>, 'what' | 'by'>;
const minutes = lookMs.last / 60_000;

const answerOf = ({ what }: Words, failure: unknown): string =>
  failure instanceof GraphError
    ? `Entra answered ${failure.status} to the creation of ${what}`
    : `Entra did not answer to the creation of ${what}`;

const lookingFor = (words: Words, failure: unknown): string =>
  `${answerOf(words, failure)}. It may have been created all the same: looking for it by ${words.by}, for up to ${minutes} minutes …`;

function notThere(words: Words, failure: GraphError): FlexSsoError {
  return new FlexSsoError(
    'not-created',
    `${answerOf(words, failure)}. It was looked for by ${words.by} for ${minutes} minutes, and it is not there: as far as Entra ` +
      'shows, nothing was made.',
    `Run \`flex-sso resume\`: it looks once more, and tries again. What Entra said: ${failure.message}`,
    { cause: failure },
  );
}

function notSeen({ what }: Words): FlexSsoError {
  return new FlexSsoError(
    'not-created',
    `Entra says that it created ${what}, but does not show it after ${minutes} minutes.`,
    'Entra can take some minutes. Run `flex-sso resume` in a while: it looks for it first.',
  );
}
