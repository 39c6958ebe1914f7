/** How much of a document is read. Real ones of its kind stay far below; what the parsers do with more takes many seconds. */
export interface Limits {
  characters: number;
  /** Tags, and likewise equals signs, of which every attribute has one. */
  marks: number;
}

export const limits = {
  /** Responses take 5 to 50 kB, with a hundred marks; those of people in hundreds of groups 400 kB, with 5,000. */
  response: { characters: 1_000_000, marks: 8_000 },
  /** An AuthnRequest takes about 1 kB, with its signature 5. */
  request: { characters: 100_000, marks: 1_000 },
  /** The metadata of one identity provider takes 5 to 200 kB; only the aggregates of whole federations take more than this. */
  metadata: { characters: 2_000_000, marks: 20_000 },
} as const satisfies Record<string, Limits>;

/** A message of the largest size in Base64, each character of which may be percent-encoded. */
export const maxEncoded = 4 * limits.response.characters;

/** How much of a recording is read, from its end: a login takes two messages, each of which is there up to four times. */
export const recordingLimits = { messages: 50, carriers: 200, characters: 5_000_000, marks: 10_000 } as const;

export const maxDepth = 50;
/** Half a dozen are usual; every element is looked up against all of them. */
const maxPrefixes = 40;

/** In what a text exceeds the limits, said of "it"; undefined where it does not. */
export function excess(xml: string, { characters, marks }: Limits): string | undefined {
  const isCrowded = ['<', '='].some(mark => xml.split(mark, marks + 2).length > marks + 1);
  if (!isCrowded && xml.length > characters) return `is larger than ${characters / 1_000_000} MB`;
  if (!isCrowded && prefixesIn(xml) <= maxPrefixes) return undefined;
  return 'holds far too many elements or attributes, or nests them too deeply';
}

/** How many tags there are, of which reading takes its time. */
export const marksIn = (xml: string): number => xml.split('<').length - 1;

const prefixesIn = (xml: string) =>
  new Set(Array.from(xml.matchAll(/\bxmlns:[^\s=]*/g), ([declaration]) => declaration)).size;

/** The values and the levels of JSON that are read. A recording of 25 MB has a quarter of a million values, and a dozen levels. */
const jsonLimits = { values: 1_000_000, depth: 100 };

/** In what JSON exceeds its limits, said of "it"; undefined if it does not. A parser would need a hundred times its size for some. */
export function excessOfJson(text: string): string | undefined {
  let [values, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at);
    else if (character === comma || character === colon) values += 1;
    else if (character === brace || character === bracket) {
      values += 1;
      depth += 1;
    } else if (character === closingBrace || character === closingBracket) depth -= 1;
    if (values > jsonLimits.values || depth > jsonLimits.depth)
      return 'holds far too many values, or nests them too deeply';
  }
  return undefined;
}

/** The JSON documents of a text, one behind another: each ends where its first brace is closed. What follows the last one is its own. */
export function jsonDocumentsIn(text: string): string[] {
  const found: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfString(text, at);
    else if (character === brace || character === bracket) depth += 1;
    else if (character === closingBrace || character === closingBracket) {
      depth -= 1;
      if (depth !== 0) continue;
      found.push(text.slice(start, at + 1).trim());
      start = at + 1;
    }
  }
  const rest = text.slice(start).trim();
  return rest === '' ? found : [...found, rest];
}

const [quote, comma, colon, brace, bracket, closingBrace, closingBracket, backslash] = Array.from(
  '",:{[}]\\',
  character => character.charCodeAt(0),
);

/** Where a string ends that begins here: at the next quotation mark that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
