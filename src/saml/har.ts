import { FlexSsoError, inputError } from '../errors.js';
import { addressOf, pageIn } from './har-entry.js';
import { type JsonObject, objectIn, stringIn } from './json-values.js';
import { excess, excessOfJson, jsonDocumentsIn, limits, marksIn, recordingLimits } from './limits.js';
import { decodeParameter, keyOf, type Message } from './message.js';
import { recogniseMessage } from './messages-in-text.js';
import { plainText } from './plain-text.js';
import { errorsByStatus, refusalsOf } from './refusal-in-recording.js';
import type { Refusal } from './refusal-in-text.js';

/**
 * A message of a recording. `sentAt`: ISO 8601, as the browser wrote it. `sentTo`: the addresses, without queries, that a browser sent it
 * to; none where only a page that carries it was recorded. `left-out`: stands for the older ones, where there are too many.
 */
export type RecordedMessage = (Message | { kind: 'left-out' }) & { sentAt?: string; sentTo?: readonly string[] };

/**
 * Whether a text is a HAR file, a browser's recording of its network traffic, or several of them one behind another; undefined where it
 * is other text. What nobody records, and would take long to read, is one message that is refused.
 */
export function readHar(given: string): RecordedMessage[] | undefined {
  const text = plainText(given);
  if (!text.startsWith('{')) return undefined;
  const tooMuch = excessOfJson(text);
  // A log of a line each is read as text.
  if (tooMuch && isLinesOfJson(text)) return undefined;
  if (tooMuch) return [{ kind: 'refused', of: 'unknown', reason: 'unsafe', detail: `it ${tooMuch}` }];
  const recordings = documents(text).map(document => objectIn(objectIn(document).log).entries);
  if (!recordings.some(Array.isArray)) return undefined;
  const entries = recordings.flat().map(objectIn);
  const errors = errorsByStatus(entries);
  const carriers: Carrier[] = [];
  for (let at = entries.length - 1; at >= 0 && carriers.length <= recordingLimits.carriers; at--) {
    const entry = entries[at] ?? {};
    carriers.unshift(...carriersIn(entry, refusalsOf(entry, errors.get(at))));
  }
  return lastOf(carriers);
}

const isLinesOfJson = (text: string) => /^\{[^\n]{0,10000}\}\r?\n\s{0,100}\{/.test(text);

/** One place of a recording that holds a message. */
interface Carrier {
  read: () => Message | undefined;
  sentTo: readonly string[];
  sentAt: string | undefined;
}

/** The messages, oldest first. Where they are too many, the oldest are left out, and that is said by the first of what is returned. */
function lastOf(carriers: readonly Carrier[]): RecordedMessage[] {
  const held = new Map<string, RecordedMessage>();
  let { characters, marks }: Record<'characters' | 'marks', number> = recordingLimits;
  let isWhole = carriers.length <= recordingLimits.carriers;
  for (const { read, sentTo, sentAt } of carriers.slice(-recordingLimits.carriers).reverse()) {
    const message = attempt(read);
    if (!message) continue;
    // A message is there several times: as a redirect, as the request that follows, and as the form that sends it.
    const key = keyOf(message);
    const known = held.get(key);
    // A refusal that was repeated is still the last word.
    if (known?.kind === 'refusal') continue;
    if (!known && 'xml' in message) {
      characters -= message.xml.length;
      marks -= excess(message.xml, limits.response) ? 0 : marksIn(message.xml);
    }
    const isTooMuch = held.size > 0 && (characters < 0 || marks < 0);
    if (!known && (isTooMuch || held.size === recordingLimits.messages)) {
      isWhole = false;
      break;
    }
    // Its first place in the recording is its place, and the time there is its time.
    const sent = sentAt ?? known?.sentAt;
    held.delete(key);
    held.set(key, {
      ...(known ?? message),
      sentTo: [...new Set([...sentTo, ...(known?.sentTo ?? [])])],
      ...(sent !== undefined && { sentAt: sent }),
    });
  }
  return [...(isWhole || held.size === 0 ? [] : [{ kind: 'left-out' } as const]), ...[...held.values()].reverse()];
}

function carriersIn(
  { request: asked, response: answer, startedDateTime }: JsonObject,
  refusals: (() => readonly Refusal[]) | undefined,
): Carrier[] {
  const [request, response] = [objectIn(asked), objectIn(answer)];
  const sentAt = typeof startedDateTime === 'string' ? startedDateTime : undefined;
  const [url, redirect] = [stringIn(request.url), stringIn(response.redirectURL)];
  const { text, params } = objectIn(request.postData);
  const page = pageIn(objectIn(response.content));
  const sent = addressOf(url);
  const named = (Array.isArray(params) ? params.map(objectIn) : []).flatMap(({ name, value }) =>
    name === 'SAMLResponse' || name === 'SAMLRequest'
      ? { read: () => decodeParameter({ name, value: plain(stringIn(value)) }), sentTo: sent, sentAt }
      : [],
  );
  const whole: readonly (readonly [text: string, sentTo: readonly string[]])[] = [
    [url, sent],
    [stringIn(text), sent],
    [redirect, addressOf(redirect)],
    [page, []],
  ];
  const carried = whole.flatMap(([carrier, sentTo]) =>
    /\bSAML(Response|Request)\b/.test(carrier) ? { read: () => recogniseMessage(carrier), sentTo, sentAt } : [],
  );
  const read = (): Message | undefined => {
    const said = refusals?.() ?? [];
    return said.length > 0 ? { kind: 'refusal', said } : undefined;
  };
  return [...named, ...carried, ...(refusals ? [{ read, sentTo: [], sentAt }] : [])];
}

/** Some browsers record the parameters of a form as they were sent, others decoded. */
function plain(value: string): string {
  try {
    return /%[0-9A-Fa-f]{2}/.test(value) ? decodeURIComponent(value) : value;
  } catch {
    return value;
  }
}

/** What cannot be decoded in a recording is one of its many other requests. */
function attempt(read: () => Message | undefined): Message | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FlexSsoError) return undefined;
    throw error;
  }
}

/** The JSON documents in a text: one, or several one behind another. */
function documents(text: string): unknown[] {
  const whole = json(text);
  if (whole !== undefined) return [whole];
  const several = jsonDocumentsIn(text).map(json);
  if (several.length > 1 && !several.includes(undefined)) return several;
  // The parser's own words would quote the recording.
  if (!/"log"\s*:/.test(text.slice(0, 2000))) return [];
  throw inputError(
    'har-malformed',
    'This looks like a HAR file, but it is cut off or no JSON.',
    'Save the recording again: "Save all as HAR with content" in the Network tab of the browser.',
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
