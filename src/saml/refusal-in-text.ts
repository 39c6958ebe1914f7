import { errorStatementsIn } from './error-statements.js';
import { withoutBackslashes, withoutPercents, withoutReferences } from './plain-text.js';
import { signInsIn } from './sign-in-log.js';
import { loginsIn, overcameBy } from './success-in-text.js';

/** What a system said when it refused a login. */
export interface Refusal {
  /** Its words: an error page, an error_description, a line of a log. Remote text. */
  message: string;
  /** Twilio's error code. */
  code?: number | undefined;
  /** The address that answered so, without its query. */
  from?: string;
  /** Its words alone make it a refusal: nothing around them says what they belong to. */
  isGuess?: true;
  /** A login of the same person worked afterwards. */
  isOvercome?: true;
}

/** A refusal, and where its words begin and were last said. */
type Placed = Refusal & { at: number; last: number };

const maxWords = 2_000;
/** Errors that differ. A login that fails has one or two. */
const maxRefusals = 200;

/** Why logins were refused, as far as a text says so: an error page, an address, JSON, a log. In the order of the text, each once. */
export function refusalsIn(text: string): Refusal[] {
  const logged = signInsIn(text);
  if (logged) return logged;
  const told = [...byEntra(text), ...byTwilio(text), ...described(text)];
  const guessed = errorStatementsIn(text)
    .filter(({ at, end }) => !told.some(({ at: start, last }) => [start, last].some(it => it >= at && it <= end)))
    .map(({ at, words }) => ({ message: words, isGuess: true as const, at, last: at }));
  const found = [...told, ...guessed].sort((a, b) => a.at - b.at).slice(-maxRefusals);
  const logins = found.length > 0 ? loginsIn(text) : [];
  return found.map(({ at, last, ...refusal }) =>
    overcameBy(logins, text, last) ? { ...refusal, isOvercome: true } : refusal,
  );
}

/** What Entra says. It gives its errors a number, in a page that may come with HTTP 200. */
export function entraWordsIn(text: string): string | undefined {
  const at = text.search(/AADSTS\d{4,8}/i);
  return at < 0 ? undefined : entraWordsAt(text, at);
}

function entraWordsAt(text: string, at: number): string {
  const [words = ''] = text
    .slice(at, at + maxWords)
    .split(/[<"\r\n]|\\(?!u[0-9a-f]{4})|[&#](?:error_uri|state|correlation_id)=|(?!^)(?=AADSTS ?\d)/i, 1);
  const isQuery = /^AADSTS\d+(?:%3a|:?\+)/i.test(words);
  return withoutReferences(withoutBackslashes(isQuery ? withoutPercents(words.replaceAll('+', ' ')) : words)).trim();
}

/** Each of Entra's numbers once: as it writes them, as a picture was read, and in the data of its pages. */
function byEntra(text: string): Placed[] {
  const found = new Map<string, Placed>();
  const keep = (number: string, at: number, message: () => string, isGuess: boolean) => {
    const held = found.get(number);
    if (held) held.last = at;
    if (found.size >= maxRefusals || (held && (isGuess || !held.isGuess))) return;
    found.set(number, { message: message(), ...(isGuess && { isGuess }), at, last: at });
  };
  for (const { 0: name, 1: digits = '', index } of text.matchAll(/AADSTS ?(\d[\dO]{3,7})/gi)) {
    const number = digits.replace(/o/gi, '0');
    const end = index + name.length;
    // A text about errors names one in the middle of a sentence.
    const isMention = text[end] === ' ' && /^ [a-z]/.test(text.slice(end, end + 2));
    keep(number, index, () => `AADSTS${number}${entraWordsAt(text, index).slice(name.length)}`, isMention);
  }
  const near = (index: number) => text.slice(Math.max(0, index - maxWords), index + maxWords);
  for (const { 1: number = '', index } of text.matchAll(/\b[is]ErrorCode\\?["']?\s{0,9}:\s{0,9}\\?["']?(\d{5,8})\b/g)) {
    const said = () =>
      /\bs(?:ErrTxt|trMainMessage)"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){0,500})/.exec(near(index))?.[1] ?? '';
    keep(number, index, () => `AADSTS${number}: ${withoutBackslashes(said())}`, false);
  }
  for (const { 1: number = '', index } of text.matchAll(/\bError Code:?\s{1,3}(\d{5,8})\b/gi)) {
    const said = () => /\bMessage:\s{0,9}([^\r\n]{1,500})/i.exec(near(index))?.[1] ?? '';
    if (found.has(number) || /\b(?:Request|Correlation) Id\b/i.test(near(index)))
      keep(number, index, () => `AADSTS${number}: ${said()}`, false);
  }
  return [...found.values()];
}

const codes = /(?:\b|_|error)code\\{0,3}["']?\s{0,9}[:=]\s{0,9}\\{0,3}["']?(\d{5})\b|<Code>(\d{5})<\/Code>/gi;
const wordsOfCode =
  /(?:\b|_)message\\{0,3}["']?\s{0,9}[:=]\s{0,9}(?:\\{0,3}(["'])((?:(?!\\{0,3}\1[\s,}])[^\n]){0,1500})\\{0,3}\1|([^\n,}]{1,500}))|<Message>([^<]{0,1500})/i;

/** Places with a code that are looked at, from the end: other programs have codes too. */
const maxPlaces = 2_000;

/** What Twilio answers in JSON or XML, however a log or a program writes that down: a code, and words next to it. */
function byTwilio(text: string): Placed[] {
  let places: { code: string; at: number }[] = [];
  for (const { 1: inJson, 2: inXml, index } of text.matchAll(codes)) {
    places.push({ code: inJson ?? inXml ?? '', at: index });
    if (places.length >= 2 * maxPlaces) places = places.slice(-maxPlaces);
  }
  const found = new Map<string, Placed>();
  for (const { code, at } of places.slice(-maxPlaces)) {
    const held = found.get(code);
    if (held) held.last = at;
    else {
      const around = objectAround(text, at);
      const message = wordsOf(around);
      if (message !== undefined && (/^(?:45|70)\d{3}$/.test(code) || /twilio/i.test(around)))
        found.set(code, { message, code: Number(code), at, last: at });
    }
  }
  return [...found.values()];
}

function wordsOf(object: string): string | undefined {
  const [, , quoted, bare, inXml] = wordsOfCode.exec(object) ?? [];
  const inJson = quoted ?? bare;
  return inJson === undefined ? inXml && withoutReferences(inXml).trim() : withoutBackslashes(inJson).trim();
}

/** The braces or tags that a place stands in; the neighbours of that have codes of their own. */
function objectAround(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - maxWords), at);
  const after = text.slice(at, at + maxWords);
  const open = Math.max(before.lastIndexOf('{'), before.lastIndexOf('<RestException'));
  const close = after.search(/\}|<\/RestException/);
  return before.slice(Math.max(open, 0)) + (close < 0 ? after : after.slice(0, close));
}

const oauthErrors =
  'access_denied|invalid_request|unauthorized_client|invalid_client|invalid_grant|invalid_scope|server_error|temporarily_unavailable';
const description = new RegExp(
  `[?&#]error_description=([^&#\\s"'<>\\\\]{1,${maxWords}})|["']error_description["']\\s{0,9}:\\s{0,9}"((?:[^"\\\\]|\\\\.){1,${maxWords}})|[?&#]error=(${oauthErrors})(?=[&#\\s"'<>\\\\]|$)`,
  'g',
);

/** What an address that a browser is sent back to says, or an answer of OAuth. */
function described(text: string): Placed[] {
  const found = new Map<string, Placed>();
  for (const { 1: inAddress, 2: inJson, 3: error, index } of text.matchAll(description)) {
    if (found.size >= maxRefusals) break;
    const message = inAddress
      ? withoutPercents(inAddress.replaceAll('+', ' '))
      : withoutBackslashes(inJson ?? error ?? '');
    const held = found.get(message);
    if (held) held.last = index;
    // The description of an error says more than its name, and Entra's was read by its number.
    const isNamed = error !== undefined && /^[^\s"'<>]{0,500}error_description=/.test(text.slice(index, index + 600));
    if (held || isNamed || /AADSTS ?\d/i.test(message)) continue;
    const before = text.slice(Math.max(0, index - 600), index);
    const [, from] = /(https?:\/\/[^\s"'<>?#]{1,300})(?:[?#][^\s"'<>]{0,300})?$/i.exec(before) ?? [];
    found.set(message, { message, ...(from && { from }), at: index, last: index });
  }
  return [...found.values()];
}
