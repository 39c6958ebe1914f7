import { plainText, readings } from './plain-text.js';

/** A log may hold many; a recording of a login has two. */
const maxElements = 50;
/** A login takes a few; each is looked for on its own. */
const maxNames = 20;
/** What is unescaped for reading; a message takes a hundredth of it. */
const maxCharacters = 5_000_000;

/** Where an element begins and ends. */
interface Element {
  start: number;
  end: number;
}

/**
 * The XML documents in a text that is more than XML: a line of a log, what a browser or a mail shows. `text`: with the escapes undone in
 * which they are written, and nothing else changed. Each element goes from the first tag with one of these names to its end, or to the
 * end of the text if it is cut off.
 */
export function xmlInText(given: string, names: readonly string[]): { text: string; elements: readonly Element[] } {
  for (const text of readings(given.slice(0, maxCharacters))) {
    const elements = elementsIn(text, names);
    if (elements.length > 0) return { text: text + given.slice(maxCharacters), elements };
  }
  return { text: given, elements: [] };
}

/** The elements with these names that are about SAML. */
export function elementsIn(text: string, names: readonly string[]): Element[] {
  const found: Element[] = [];
  const begin = new RegExp(`<((?:[\\w.-]{1,60}:)?(?:${names.join('|')}))(?=[\\s/>])`, 'g');
  const nextSaml = nextIn(text, 'SAML');
  const nextEnds = new Map<string, Next>();
  for (let tag = begin.exec(text); tag && found.length < maxElements; tag = begin.exec(text)) {
    const name = tag[1] ?? '';
    const nextEnd = nextEnds.get(name) ?? nextIn(text, `</${name}`);
    nextEnds.set(name, nextEnd);
    if (nextEnds.size > maxNames) break;
    const close = nextEnd(begin.lastIndex);
    const end = close === undefined ? undefined : text.indexOf('>', close);
    const element = { start: tag.index, end: end === undefined || end < 0 ? text.length : end + 1 };
    // Others have elements of these names too.
    if ((nextSaml(element.start) ?? text.length) >= element.end) continue;
    found.push(element);
    begin.lastIndex = element.end;
  }
  return found;
}

type Next = (from: number) => number | undefined;

/** Where a word comes next, asked from further and further on: each part of the text is looked through once. */
function nextIn(text: string, word: string): Next {
  let at: number | undefined = text.indexOf(word);
  return from => {
    if (at !== undefined && at < from) at = text.indexOf(word, from);
    if (at !== undefined && at < 0) at = undefined;
    return at;
  };
}

/**
 * The document that somebody means by a text: the text itself, if it begins with markup, without what stands behind its last tag; else
 * the first element with one of these names in it.
 */
export function documentIn(given: string, names: readonly string[]): string {
  const text = plainText(given);
  if (/^<(?!!doctype html|html)/i.test(text)) return text.slice(0, text.lastIndexOf('>') + 1) || text;
  const { text: read, elements } = xmlInText(text, names);
  const [first] = elements;
  return first ? read.slice(first.start, first.end) : text;
}
