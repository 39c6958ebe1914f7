import { plainText, readings } from './plain-text.js';

/** A log may hold many; a recording of a login has two. */
const maxElements = 50;
/** What is unescaped for reading; a message takes a hundredth of it. */
const maxCharacters = 5_000_000;

/**
 * The XML documents in a text that is more than XML: a line of a log, what a browser or a mail shows. Each from the first tag with one of
 * these names to its end, or to the end of the text if it is cut off; with the escapes of the text undone, and nothing else changed.
 */
export function xmlInText(text: string, names: readonly string[]): string[] {
  for (const reading of readings(text.slice(0, maxCharacters))) {
    const found = elementsIn(reading, names);
    if (found.length > 0) return found;
  }
  return [];
}

function elementsIn(text: string, names: readonly string[]): string[] {
  const found: string[] = [];
  const begin = new RegExp(`<((?:[\\w.-]{1,60}:)?(?:${names.join('|')}))(?=[\\s/>])`, 'g');
  for (let tag = begin.exec(text); tag && found.length < maxElements; tag = begin.exec(text)) {
    const end = endOf(text, tag);
    const element = text.slice(tag.index, end);
    // Others have elements of these names too.
    if (!element.includes('SAML')) continue;
    found.push(element);
    begin.lastIndex = end;
  }
  return found;
}

function endOf(text: string, { 0: { length }, 1: name = '', index }: RegExpExecArray): number {
  const close = text.indexOf(`</${name}`, index + length);
  const end = close < 0 ? -1 : text.indexOf('>', close);
  return end < 0 ? text.length : end + 1;
}

/**
 * The document that somebody means by a text: the text itself, if it begins with markup, without what stands behind its last tag; else
 * the first element with one of these names in it.
 */
export function documentIn(given: string, names: readonly string[]): string {
  const text = plainText(given);
  if (/^<(?!!doctype html|html)/i.test(text)) return text.slice(0, text.lastIndexOf('>') + 1) || text;
  return xmlInText(text, names)[0] ?? text;
}
