import { z } from 'zod';
import { FlexSsoError, inputError } from '../errors.js';
import { excess, limits, marksIn, recordingLimits } from './limits.js';
import { decodeParameter, keyOf, type Message, recogniseMessage } from './message.js';
import { plainText } from './plain-text.js';

/**
 * A message of a recording. `sentAt`: ISO 8601, as the browser wrote it. `sentTo`: the addresses, without queries, that a browser sent it
 * to; none where only a page that carries it was recorded. `left-out`: stands for the older ones, where there are too many.
 */
export type RecordedMessage = (Message | { kind: 'left-out' }) & { sentAt?: string; sentTo?: readonly string[] };

const parameters = z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).catch([]);
const entry = z.looseObject({
  startedDateTime: z.string().optional(),
  request: z.looseObject({
    url: z.string().catch(''),
    postData: z.looseObject({ text: z.string().optional(), params: parameters.optional() }).optional().catch(undefined),
  }),
  response: z
    .looseObject({
      redirectURL: z.string().optional().catch(undefined),
      content: z
        .looseObject({ text: z.string().optional(), encoding: z.string().optional() })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const har = z.looseObject({ log: z.looseObject({ entries: z.array(z.unknown()) }) });

/** Whether a text is a HAR file, a browser's recording of its network traffic; undefined where it is other text. */
export function readHar(given: string): RecordedMessage[] | undefined {
  const text = plainText(given);
  if (!text.startsWith('{')) return undefined;
  const parsed = har.safeParse(json(text));
  if (!parsed.success) return undefined;
  return lastOf(parsed.data.log.entries.flatMap(carriersIn));
}

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

function carriersIn(raw: unknown): Carrier[] {
  const parsed = entry.safeParse(raw);
  if (!parsed.success) return [];
  const { request, response, startedDateTime: sentAt } = parsed.data;
  const { text, encoding } = response?.content ?? {};
  const page = encoding === 'base64' ? Buffer.from(text ?? '', 'base64').toString('utf8') : text;
  const sent = addressOf(request.url);
  const named = (request.postData?.params ?? []).flatMap(({ name, value }) =>
    name === 'SAMLResponse' || name === 'SAMLRequest'
      ? { read: () => decodeParameter({ name, value: plain(value ?? '') }), sentTo: sent, sentAt }
      : [],
  );
  const whole: readonly (readonly [text: string | undefined, sentTo: readonly string[]])[] = [
    [request.url, sent],
    [request.postData?.text, sent],
    [response?.redirectURL, addressOf(response?.redirectURL)],
    [page, []],
  ];
  return [
    ...named,
    ...whole.flatMap(([carrier, sentTo]) =>
      carrier && /\bSAML(Response|Request)\b/.test(carrier)
        ? { read: () => recogniseMessage(carrier), sentTo, sentAt }
        : [],
    ),
  ];
}

/** Queries may hold the message itself, and names of people. */
function addressOf(url = ''): string[] {
  return URL.canParse(url) && /^https?:/i.test(url) ? [new URL(url).origin + new URL(url).pathname] : [];
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would quote the recording.
    if (!/"log"\s*:/.test(text.slice(0, 2000))) return undefined;
    throw inputError(
      'har-malformed',
      'This looks like a HAR file, but it is cut off or no JSON.',
      'Save the recording again: "Save all as HAR with content" in the Network tab of the browser.',
    );
  }
}
