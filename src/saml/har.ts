import { FlexSsoError, inputError } from '../errors.js';
import { wordsOfPage } from './error-statements.js';
import { excess, excessOfJson, jsonDocumentsIn, limits, marksIn, recordingLimits } from './limits.js';
import { decodeParameter, keyOf, type Message } from './message.js';
import { recogniseMessage } from './messages-in-text.js';
import { plainText } from './plain-text.js';
import { refusalsIn } from './refusal-in-text.js';

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
    carriers.unshift(...carriersIn(entry), ...refusedIn(entry, errors.get(at)));
  }
  return lastOf(carriers);
}

const isLinesOfJson = (text: string) => /^\{[^\n]{0,10000}\}\r?\n\s{0,100}\{/.test(text);

/** An object to look into, whatever somebody wrote in its place. */
const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

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

type Entry = Readonly<Record<string, unknown>>;

function carriersIn({ request: asked, response: answer, startedDateTime }: Entry): Carrier[] {
  const [request, response] = [objectIn(asked), objectIn(answer)];
  const sentAt = typeof startedDateTime === 'string' ? startedDateTime : undefined;
  const [url, redirect] = [textIn(request.url), textIn(response.redirectURL)];
  const { text, params } = objectIn(request.postData);
  const page = pageIn(objectIn(response.content));
  const sent = addressOf(url);
  const named = (Array.isArray(params) ? params.map(objectIn) : []).flatMap(({ name, value }) =>
    name === 'SAMLResponse' || name === 'SAMLRequest'
      ? { read: () => decodeParameter({ name, value: plain(textIn(value)) }), sentTo: sent, sentAt }
      : [],
  );
  const whole: readonly (readonly [text: string, sentTo: readonly string[]])[] = [
    [url, sent],
    [textIn(text), sent],
    [redirect, addressOf(redirect)],
    [page, []],
  ];
  const carried = whole.flatMap(([carrier, sentTo]) =>
    /\bSAML(Response|Request)\b/.test(carrier) ? { read: () => recogniseMessage(carrier), sentTo, sentAt } : [],
  );
  return [...named, ...carried];
}

/** What an answer says of a login that was refused: in an address, in the words of its page, or by its status alone. */
function refusedIn({ request, response, startedDateTime }: Entry, error?: 'refused' | 'retried'): Carrier[] {
  if (error === 'retried') return [];
  const url = textIn(objectIn(request).url);
  const { redirectURL, content, status } = objectIn(response);
  const page = pageIn(objectIn(content));
  const sentAt = typeof startedDateTime === 'string' ? startedDateTime : undefined;
  const [from] = addressOf(url);
  const places = [url, textIn(redirectURL), page].filter(place => showsRefusal.test(place));
  const read = (): Message | undefined => {
    const told = places.flatMap(refusalsIn).filter(({ isGuess }) => !isGuess);
    const words = wordsOfPage(page).slice(0, maxWords);
    const byStatus = [{ message: `HTTP ${status}${words && `: ${words}`}` }];
    const said = (told.length > 0 || !error ? told : byStatus).map(one => ({ ...one, ...(from && { from }) }));
    return said.length > 0 ? { kind: 'refusal', said } : undefined;
  };
  return places.length > 0 || error ? [{ read, sentTo: [], sentAt }] : [];
}

/** What a page says of itself when it is an error page. */
const maxWords = 2_000;

/** What is worth to be looked through for the words of a refusal. */
const showsRefusal =
  /AADSTS ?\d{4}|\berror(?:_description)?=|"error_description"|"?code"?\s{0,9}:\s{0,9}"?\d{5}\b|<Code>\d{5}<|\b[is]ErrorCode"/;

/**
 * The entries that were answered with an error. `refused`: it ends a login, as where a SAML message was sent, a page of the site that was
 * asked for a login, and the addresses of Flex; everything else fails for reasons of its own. `retried`: the same address took it later.
 */
function errorsByStatus(entries: readonly Entry[]): ReadonlyMap<number, 'refused' | 'retried'> {
  const lastGood = new Map<string, number>();
  const sites = new Set<string>();
  const errors: { at: number; address: string; isOfLogin: boolean }[] = [];
  for (const [at, { request, response }] of entries.entries()) {
    const { url, postData } = objectIn(request);
    const { status, content } = objectIn(response);
    const [address, origin = ''] = /^(https?:\/\/[^/?#]{1,300})[^?#]{0,2000}/i.exec(textIn(url)) ?? [];
    if (address === undefined || typeof status !== 'number' || status < 200) continue;
    const parameters = parametersOf(textIn(url), objectIn(postData));
    if (parameters.includes('SAMLRequest')) sites.add(origin);
    const isOfLogin = () =>
      parameters.length > 0 ||
      flexLogin.test(address) ||
      (sites.has(origin) && isPageOfItsOwn(address, objectIn(content)));
    if (status < 400) lastGood.set(address, at);
    else errors.push({ at, address, isOfLogin: isOfLogin() });
  }
  return new Map(
    errors.flatMap(({ at, address, isOfLogin }) => {
      const isRetried = (lastGood.get(address) ?? -1) > at;
      return isRetried || isOfLogin ? [[at, isRetried ? 'retried' : 'refused']] : [];
    }),
  );
}

/** The SAML parameters that a request carries, by their names. */
function parametersOf(url: string, { text, params }: Entry): string[] {
  const names = Array.isArray(params) ? params.map(param => textIn(objectIn(param).name)) : [];
  return [url, textIn(text), ...names].flatMap(place => /\bSAML(?:Response|Request)\b/.exec(place) ?? []);
}

/** Where Flex takes part in a login: its login pages, the calls of its UI that begin and end one, and those of the legacy connection. */
const flexLogin =
  /^https:\/\/(?:login\.flex\.|iam\.|preview-iam\.)[\w.-]*twilio\.com\/|\/v1\/Flex\/(?:Authorize|OAuth)|\/Authenticate$/i;

/** Not one of the pictures and programs of a page, which come with an error page of their own. */
const isPageOfItsOwn = (address: string, { mimeType }: Entry) =>
  /html/i.test(textIn(mimeType).slice(0, 100)) &&
  !/\.(?:ico|png|gif|jpe?g|svg|css|m?js|map|woff2?|json)$/i.test(address);

/** What a person saw, or a page was told; the programs of a login page know every error by name. */
function pageIn({ text, encoding, mimeType }: Readonly<Record<string, unknown>>): string {
  const page = textIn(text);
  if (/script|css|image|font|wasm/i.test(textIn(mimeType).slice(0, 100))) return '';
  return encoding === 'base64' ? Buffer.from(page, 'base64').toString('utf8') : page;
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
