import { FlexSsoError } from '../../errors.js';

/** Busy, or in trouble that may be over soon. 0 stands for a member of a `$batch` that was left without an answer. */
export const isPassing = (status: number): boolean => [0, 429, 500, 502, 503, 504].includes(status);
/** Graph asks for seconds, rarely for minutes; whoever asks for more is not waited for. */
const longestMs = 180_000;
/** Without any Retry-After they last for five minutes: longer than the window that Graph counts writes in. */
const attempts = 14;
const longestStepMs = 30_000;
/** All waits for one request together: for a Graph that is busy, and for one that has a problem or does not answer. */
const longestInTotalMs = { busy: 10 * 60_000, other: 2 * 60_000 };
/** An answer that did not come within a minute is waited for once more. */
const attemptsIfLate = 2;

/**
 * How long to wait before a refused request is repeated, in milliseconds; `undefined` where repeating is no help. `attempt` counts from
 * 0, `waited` is how long this request has waited so far. Retry-After (seconds or a date) is honoured; not every part of Graph sends it.
 */
export function retryDelay(
  status: number,
  headers: Readonly<Record<string, string>>,
  { attempt, waited }: { attempt: number; waited: number },
): number | undefined {
  if (!isPassing(status) || attempt >= (status === 429 ? attempts : attempts / 2)) return undefined;
  const asked = retryAfter(headers);
  const delay = asked ?? Math.min(1000 * 2 ** attempt, longestStepMs);
  return delay <= longestMs && waited + delay <= longestInTotal(status) ? delay : undefined;
}

const longestInTotal = (status: number) => (status === 429 ? longestInTotalMs.busy : longestInTotalMs.other);

/** Why a request to `server` waits, as the beginning of a sentence, and for how many minutes it is repeated. */
export function waitFor(server: string, status: number): { message: string; minutes: number } {
  const why = status === 429 ? 'is busy' : status === 0 ? 'does not answer' : `answers HTTP ${status}`;
  return { message: `${server} ${why}`, minutes: longestInTotal(status) / 60_000 };
}

/** The same for a request that no answer came to; `undefined` where that is not worth a second try. */
export function reconnectDelay(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof FlexSsoError) || error.code !== 'unreachable' || attempt >= 4) return undefined;
  const cause = causeOf(error);
  if (cause instanceof Error && cause.name === 'TimeoutError' && attempt + 1 >= attemptsIfLate) return undefined;
  // Somebody is there and will have none of it, or it is no address at all.
  const { code = '' } = (causeOf(causeOf(error)) ?? {}) as { code?: string };
  return ['ECONNREFUSED', 'ENOTFOUND'].includes(code) ? undefined : 1000 * 2 ** attempt;
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined);

function retryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const name = Object.keys(headers).find(key => key.toLowerCase() === 'retry-after');
  const value = name && headers[name]?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
