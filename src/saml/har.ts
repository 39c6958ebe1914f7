import { z } from 'zod';
import { FlexSsoError, inputError } from '../errors.js';
import { decodeParameter, type Message, recogniseMessage } from './message.js';

/** A message of a recording, and when it was sent: ISO 8601, as the browser wrote it. */
export type RecordedMessage = Message & { sentAt?: string };

/** The last of a recording; a login takes two. */
const maxMessages = 50;

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
export function readHar(text: string): RecordedMessage[] | undefined {
  if (
    !text
      .replace(/^\uFEFF/, '')
      .trimStart()
      .startsWith('{')
  )
    return undefined;
  const parsed = har.safeParse(json(text));
  if (!parsed.success) return undefined;
  const found = new Map<string, RecordedMessage>();
  for (const given of parsed.data.log.entries) {
    const read = entry.safeParse(given);
    if (!read.success) continue;
    const sentAt = read.data.startedDateTime;
    for (const message of messagesOf(read.data)) {
      // A message is there several times: as a redirect, as the request that follows, and as the form that sends it.
      const key = JSON.stringify(message);
      if (!found.has(key)) found.set(key, { ...message, ...(sentAt !== undefined && { sentAt }) });
    }
  }
  return [...found.values()].slice(-maxMessages);
}

function messagesOf({ request, response }: z.infer<typeof entry>): Message[] {
  const { text, encoding } = response?.content ?? {};
  const page = encoding === 'base64' ? Buffer.from(text ?? '', 'base64').toString('utf8') : text;
  const carriers = [request.url, request.postData?.text, response?.redirectURL, page];
  const named = (request.postData?.params ?? []).map(({ name, value }) => ({ name, value: value ?? '' }));
  return [
    ...named.flatMap(({ name, value }) =>
      name === 'SAMLResponse' || name === 'SAMLRequest'
        ? (attempt(() => decodeParameter(name, plain(value))) ?? [])
        : [],
    ),
    ...carriers.flatMap(carrier =>
      carrier && /\bSAML(Response|Request)\b/.test(carrier) ? (attempt(() => recogniseMessage(carrier)) ?? []) : [],
    ),
  ];
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
