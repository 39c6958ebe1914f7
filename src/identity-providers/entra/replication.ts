import { FlexSsoError } from '../../errors.js';
import { GraphError, type GraphReader, type Wait } from './client.js';

/** Entra shows what it wrote to every reader within minutes. */
const longestMs = 180_000;
/** How long a check waits for what was written a moment ago. */
export const settleMs = 6_000;
const firstStepMs = 100;
const longestStepMs = 10_000;

interface Patience {
  wait: Wait;
  /** What is waited for, to follow "after 180 seconds Entra still does not …". */
  until: string;
  longestMs?: number;
}

/**
 * Looks again, after 0.1, 0.2, 0.4 … at most 10 seconds, until `look` finds something. `undefined` where it was not found in time
 * (3 minutes, unless told otherwise).
 */
export async function look<T>(
  find: () => Promise<T | undefined>,
  { wait, longestMs: longest = longestMs }: Pick<Patience, 'wait' | 'longestMs'>,
): Promise<T | undefined> {
  let step = firstStepMs;
  for (let waited = 0; ; waited += step, step = Math.min(step * 2, longestStepMs)) {
    const found = await find();
    if (found !== undefined || waited >= longest) return found;
    await wait(step);
  }
}

/** Looks until something is found. Throws 'not-replicated', which says what was waited for. */
export async function untilSeen<T>(find: () => Promise<T | undefined>, patience: Patience): Promise<T> {
  const found = await look(find, patience);
  if (found !== undefined) return found;
  throw notReplicated(patience);
}

/** Repeats an action on objects that are so new that parts of Entra do not know them yet. Throws 'not-replicated', or what it threw. */
export async function untilReplicated<T>(action: () => Promise<T>, patience: Patience): Promise<T> {
  let last: unknown;
  const done = await look(async () => {
    try {
      return { value: await action() };
    } catch (error) {
      if (!isNotReplicated(error)) throw error;
      last = error;
      return undefined;
    }
  }, patience);
  if (done) return done.value;
  throw notReplicated(patience, last);
}

/** Whether an answer may mean no more than that the object is new. A value that is taken by another object is no such answer. */
export function isNotReplicated(error: unknown): boolean {
  if (!(error instanceof GraphError) || /already exists/i.test(error.message)) return false;
  if (error.status === 404 || error.status === 409) return true;
  return (
    error.status === 400 &&
    /Not a valid reference update|does not reference a valid|Permission being assigned was not found/i.test(
      error.message,
    )
  );
}

/** Writes properties of one object and waits until a reader sees them, so that whoever plans or checks next does not see the old ones. */
export async function writeAndSee<T>(
  graph: GraphReader & { patch(path: string, body: unknown): Promise<void> },
  path: string,
  body: Readonly<Record<string, unknown>>,
  isSeen: (read: T) => boolean,
): Promise<void> {
  const names = Object.keys(body).join(',');
  const until = `show what was written to ${names}`;
  await untilReplicated(() => graph.patch(path, body), { wait: graph.wait, until: `take ${names}` });
  await untilSeen(
    async () => {
      const read = await graph.find<T>(`${path}?$select=${names}`);
      return read && isSeen(read) ? read : undefined;
    },
    { wait: graph.wait, until },
  );
}

function notReplicated({ until, longestMs: longest = longestMs }: Patience, cause?: unknown): FlexSsoError {
  const refusal = cause instanceof Error ? ` Its last answer: ${cause.message}` : '';
  return new FlexSsoError(
    'not-replicated',
    `After ${longest / 1000} seconds Entra still does not ${until}.${refusal}`,
    'Entra can take some minutes. Run `flex-sso resume` in a while; nothing is done twice.',
    { cause },
  );
}
