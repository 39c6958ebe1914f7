const throttled = [429, 503, 504];
/** Graph asks for seconds, rarely for minutes; whoever asks for more is not waited for. */
const longestMs = 180_000;
const attempts = 8;

/**
 * How long to wait before a refused request is repeated, in milliseconds; `undefined` where repeating is no help. `attempt` counts from
 * 0. Retry-After (seconds or a date) is honoured; not every part of Graph sends it.
 */
export function retryDelay(
  status: number,
  headers: Readonly<Record<string, string>>,
  attempt: number,
): number | undefined {
  if (!throttled.includes(status) || attempt >= attempts) return undefined;
  const asked = retryAfter(headers);
  if (asked === undefined) return Math.min(1000 * 2 ** attempt, 30_000);
  return asked <= longestMs ? asked : undefined;
}

function retryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const name = Object.keys(headers).find(key => key.toLowerCase() === 'retry-after');
  const value = name && headers[name]?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
