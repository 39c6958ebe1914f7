import { FlexSsoError } from '../../errors.js';
import { GraphError, type Wait } from './client.js';
import { look } from './replication.js';

interface Creation<T> {
  wait: Wait;
  /** For the error where it is not to be seen: "the application". */
  what: string;
  find(): Promise<T | undefined>;
  create(): Promise<unknown>;
  /** Whether it may be tried again once it was looked for in vain. Not where Graph answers 404 and creates all the same. */
  again: boolean;
}

const lookMs = { last: 120_000, before: 12_000 };
const attempts = 4;

/**
 * Finds an object, or creates it and waits until it is to be seen. After a failure that leaves open whether it was created, it is
 * looked for again, patiently, before anything else: never a second one. Throws what `create` threw, or 'not-created'.
 */
export async function createOnce<T>({ wait, what, find, create, again }: Creation<T>): Promise<T> {
  const there = await find();
  if (there !== undefined) return there;
  for (let attempt = 1; ; attempt++) {
    const failure = await create().then(
      () => undefined,
      error => error as unknown,
    );
    if (failure !== undefined && !leavesOpen(failure)) throw failure;
    const last = failure === undefined || !again || attempt === attempts;
    // A 404 comes from where the object is not known that it belongs to; only the creation of an application means little by it.
    const isSoonClear = !last && failure instanceof GraphError && failure.status === 404;
    const seen = await look(find, { wait, longestMs: isSoonClear ? lookMs.before : lookMs.last });
    if (seen !== undefined) return seen;
    if (last) throw failure ?? notSeen(what);
  }
}

function leavesOpen(error: unknown): boolean {
  if (error instanceof GraphError) return error.status === 404 || error.status >= 500;
  return error instanceof FlexSsoError && error.code === 'unreachable';
}

function notSeen(what: string): FlexSsoError {
  return new FlexSsoError(
    'not-created',
    `Entra says that it created ${what}, but does not show it after ${lookMs.last / 1000} seconds.`,
    'Entra can take some minutes. Run `flex-sso resume` in a while: it looks for it first.',
  );
}
