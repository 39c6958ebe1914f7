import { FlexSsoError } from '../errors.js';
import { hasMarkers, readCertificates } from './certificate.js';
import { limits, maxEncoded } from './limits.js';
import {
  decodeParameter,
  inBase64,
  inMarkup,
  inUrl,
  inXml,
  isPage,
  keyOf,
  type Message,
  messageInBase64,
  roots,
} from './message.js';
import { parametersIn } from './parameter-in-text.js';
import { plainText, withoutReferences } from './plain-text.js';
import { elementsIn, xmlInText } from './xml-in-text.js';

/** A text taken apart, in its order: the messages in it, and what stands around them. */
export interface Parts {
  parts: readonly (Message | string)[];
  /** Why the first of the messages that are garbled cannot be read. */
  failure?: FlexSsoError;
}

/** A piece of a text that may be a message. */
interface Place {
  start: number;
  end: number;
  read: () => Message | undefined;
}

/** One notation: the text as it is read then, and where messages may be. */
type Notation = (text: string) => { text: string; places: readonly Place[] };

/** What was found so far, and is not found again. */
interface Found {
  keys: Set<string>;
  failures: FlexSsoError[];
}

/** Base64 in a log that may be a message; shorter ones are its hashes and IDs. */
const maxRuns = 50;
const names = Object.keys(roots);

/** The first message in a text; otherwise as `partsOf`. Throws an input error if it is garbled. */
export function recogniseMessage(given: string): Message | undefined {
  const { parts, failure } = partsOf(given);
  const message = parts.find(isMessage);
  if (!message && failure) throw failure;
  return message;
}

export const isMessage = (part: Message | string): part is Message => typeof part !== 'string';

/**
 * Every message in a text: XML, Base64, deflated, a form body, a URL, a page with a form, PEM or DER, or several of them in a log or among
 * commands that a browser copies. How a text is written is forgiven; a message itself is taken as it is. Throws an input error if an
 * address carries a garbled one.
 */
export function partsOf(given: string): Parts {
  const text = plainText(given);
  if (text.startsWith('<')) return inMarkedUp(text);
  const whole = inUrl(text) ?? (hasSeveralLong(text) ? undefined : inBase64(text));
  // What only looks like Base64 may be words.
  if (whole?.kind === 'refused') return { parts: [text, whole] };
  return whole ? { parts: [whole] } : inNotations(text, [parameters, shownXml, runsOfBase64]);
}

function inMarkedUp(text: string): Parts {
  const isForm = /<form[\s>]/i.test(text) && /\bSAML(Response|Request)\b/.test(text);
  const message = isForm || !(isPage(text) || isSeveral(text)) ? inMarkup(text) : undefined;
  if (message) return { parts: [message] };
  return withShown(inNotations(text, [isPage(text) || isForm ? shownXml : documents]), text);
}

/** Markup without a message may show the source of a page that sends one. */
function withShown(found: Parts, text: string): Parts {
  const part = text.slice(0, maxEncoded / 2);
  if (found.parts.some(isMessage) || !/SAML[_-]?Re(?:sponse|quest)/i.test(part)) return found;
  const { parts } = inNotations(withoutReferences(part.replace(/<[^<>]{0,1000}>/g, '')), [parameters]);
  return { ...found, parts: [...found.parts, ...parts.filter(isMessage)] };
}

/** Whether documents stand one behind another, with nothing but words around them. Other elements would make it a broken one. */
function isSeveral(text: string): boolean {
  const elements = elementsIn(text, names);
  const [first] = elements;
  if (!first) return false;
  const around = [...elements, { start: text.length, end: 0 }].map(({ start }, at) =>
    text.slice(elements[at - 1]?.end ?? 0, start).replace(/<\?xml\b[^<>]*\?>/g, ''),
  );
  return around.every(part => !part.includes('<')) && (elements.length > 1 || around.some(part => part.trim() !== ''));
}

function inNotations(text: string, notations: readonly Notation[]): Parts {
  const found: Found = { keys: new Set(), failures: [] };
  let parts: (Message | string)[] = [text];
  for (const notation of notations)
    parts = parts.flatMap(part => (isMessage(part) ? part : taken(notation(part), notation === shownXml, found)));
  const [failure] = found.failures;
  const isEmpty = !parts.some(isMessage);
  if (isEmpty && hasMarkers(text)) parts.push({ kind: 'certificate', ...readCertificates(text) });
  return { parts, ...(failure && isEmpty && { failure }) };
}

/** The messages at their places, and the text between. What cannot be read stays text. */
function taken({ text, places }: ReturnType<Notation>, isShown: boolean, { keys, failures }: Found) {
  const parts: (Message | string)[] = [];
  let end = 0;
  for (const place of places) {
    const message = attempt(place, failures);
    if (!message || place.start < end) continue;
    parts.push(text.slice(end, place.start));
    end = place.end;
    // What travelled counts more than what a tool shows of it: that may be laid out anew.
    const key = isShown ? shownKey(message) : keyOf(message);
    if (!keys.has(key)) parts.push(message);
    keys.add(keyOf(message)).add(shownKey(message));
  }
  return [...parts, text.slice(end)].filter(part => part !== '');
}

function attempt({ read }: Place, failures: FlexSsoError[]): Message | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FlexSsoError)) throw error;
    failures.push(error);
    return undefined;
  }
}

/** Of what no reader takes, the layout does not matter. */
const shownKey = (message: Message) =>
  message.kind === 'response' && message.xml.length <= limits.response.characters
    ? message.xml.replace(/\s+/g, '')
    : keyOf(message);

const parameters: Notation = text => ({
  text,
  places: parametersIn(text).map(({ url, parameter, ...place }) => ({
    ...place,
    read: () => (url && inUrl(url)) || decodeParameter(parameter),
  })),
});

const shownXml: Notation = given => {
  const { text, elements } = xmlInText(given, names);
  return {
    text,
    places: elements.map(element => ({ ...element, read: () => inXml(text.slice(element.start, element.end)) })),
  };
};

const documents: Notation = text => ({
  text,
  places: elementsIn(text, names).map(element => ({
    ...element,
    read: () => inXml(text.slice(element.start, element.end)),
  })),
});

/** Long runs of Base64, also those that are broken into lines, of which only the last one is shorter. */
const runsOfBase64: Notation = text => ({
  text,
  places: Array.from(
    text.slice(0, maxEncoded).matchAll(/[A-Za-z0-9+/=_%-]{60,}(?:[ \t]*\r?\n[ \t]{0,40}[A-Za-z0-9+/=_%-]+)*/g),
  )
    .flatMap(({ 0: run, index }) => linesOf(run, index))
    .filter(({ lines }) => lines.join('').length >= 100)
    .slice(0, maxRuns)
    .map(({ lines, ...place }) => ({ ...place, read: () => messageInBase64(lines.join('')) })),
});

/** The widest lines that a tool breaks Base64 into: those of a mail. */
const widest = 1_000;

/** Whether lines are no parts of one text. What is larger than any message is not taken apart. */
const hasSeveralLong = (text: string) =>
  text.length <= maxEncoded && text.split('\n').filter(line => line.trim().length > widest).length > 1;

/**
 * A run as one or several texts: each ends with a line that is shorter, or whose padding ends it, or that nothing breaks. A name before one
 * ends with `=`.
 */
function linesOf(run: string, at: number): { start: number; end: number; lines: string[] }[] {
  const found: { start: number; end: number; lines: string[] }[] = [];
  let isOpen = false;
  for (const { 0: written, index: begin } of run.matchAll(/[^\s]+/g)) {
    const line = written.replace(/^.*=(?=[A-Za-z0-9+/_-])/, '');
    const index = begin + written.length - line.length;
    const place = { start: at + index, end: at + index + line.length, lines: [line] };
    const last = found.at(-1);
    if (isOpen && last && line.length <= (last.lines[0] ?? '').length) {
      last.lines.push(line);
      last.end = place.end;
    } else found.push(place);
    const width = (found.at(-1)?.lines[0] ?? '').length;
    isOpen = line.length === width && width <= widest && !line.endsWith('=');
  }
  return found;
}
