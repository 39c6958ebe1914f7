/** Byte order marks, also those that were read as letters once or twice, and what cannot be seen. */
const marks = /^(?:[\u200B-\u200F\u2060\uFEFF]|ï»¿|Ã¯Â»Â¿){1,10}/;

/** Texts that a person copies are smaller, and so is any message. To rewrite more takes long. */
const maxCopied = 2_000_000;

/** A text without what editors, shells and mails leave around it: marks, white space, one pair of quotes, the signs of a quotation. */
export function plainText(given: string): string {
  const text = given.trim().replace(marks, '').trim();
  const [quote = ''] = text;
  const last = text.length - 1;
  const isQuoted = /["'`]/.test(quote) && last > 0 && text.indexOf(quote, 1) === last;
  const plain = isQuoted ? text.slice(1, last).trim() : text;
  if (plain.length > maxCopied) return plain;
  return plain.startsWith('<') ? unspoilt(plain) : unmailed(plain);
}

/** Markup whose first tag shows that quotation marks or equals signs were escaped; no document is well-formed then. */
function unspoilt(markup: string): string {
  const [, plain] = spoilt.find(([shows]) => shows.test(markup.slice(0, 2000))) ?? [];
  return plain ? plain(markup) : markup;
}

/** A mail as it was before its program quoted it, or wrote it down as quoted-printable. */
function unmailed(text: string): string {
  const isQuoted = text.includes('\n>') && /^>[^\n]*\n>/m.test(text);
  const unquoted = isQuoted ? text.replace(/^(?:>[ \t]?){1,10}/gm, '') : text;
  const isPrintable = unquoted.includes('=3D') && /=\r?\n/.test(unquoted);
  return isPrintable ? withoutEquals(unquoted) : unquoted;
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const reference = /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(lt|gt|quot|apos|amp));/g;
const maxPart = 100_000;

/** HTML's references as characters, each once: what was escaped twice stays escaped once. In parts: millions at once need a third of a gigabyte. */
export function withoutReferences(text: string): string {
  let plain = '';
  for (let start = 0; start < text.length; ) {
    // Each reference ends with it, so that no part cuts one.
    const last = text.indexOf(';', start + maxPart);
    const end = last < 0 ? text.length : last + 1;
    plain += text
      .slice(start, end)
      .replace(reference, (_, decimal, hex, name: string) =>
        name ? (named[name] ?? '') : characterOf(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
      );
    start = end;
  }
  return plain;
}

const characterOf = (code: number) => (code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code));

/** The escapes of JSON and of JavaScript's strings as characters. A run is taken in parts: millions at once need half a gigabyte. */
export const withoutBackslashes = (text: string): string =>
  text.replace(/(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\s\S])){1,1000}/g, escapes =>
    escapes.replace(/\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\s\S]))/g, (_, long, short, character: string) =>
      character ? (breaks[character] ?? character) : String.fromCharCode(Number.parseInt(long ?? short, 16)),
    ),
  );

const breaks: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A query's escapes as characters; those that are none stay. */
export const withoutPercents = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2}){1,1000}/g, codes => Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'));

/** A mail's escapes (quoted-printable) as characters, and its broken lines as one. */
const withoutEquals = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/(?:=[0-9A-F]{2}){1,1000}/g, codes => Buffer.from(codes.replaceAll('=', ''), 'hex').toString('utf8'));

/** How logs, pages, programs and mails write XML down, by what shows it. */
const escapes: readonly (readonly [shows: RegExp, plain: (text: string) => string])[] = [
  [/&(?:lt|#60|#x3c);/i, withoutReferences],
  [/&amp;(?:lt|#60|#x3c);/i, text => withoutReferences(withoutReferences(text))],
  [/\\u003c/i, withoutBackslashes],
  [/%3C[\w.%-]{1,80}(?:%20|\+|%3E)/i, text => withoutPercents(text.replaceAll('+', ' '))],
];

/** Of those, the ones that leave a tag recognisable, and spoil what is in it. */
const spoilt: typeof escapes = [
  [/<[^<>]{1,500}=\\{1,15}"/, withoutAllBackslashes],
  [/<[^<>]{1,500}=3D"/, withoutEquals],
  // A table in CSV.
  [/<[^<>]{1,500}=""[^"\s/>?]/, text => text.replaceAll('""', '"')],
];

/** JSON in JSON in JSON has 7 backslashes. */
function withoutAllBackslashes(text: string): string {
  let plain = text;
  for (let level = 0; level < 4 && /<[^<>]{1,500}=\\{1,15}"/.test(plain); level++) plain = withoutBackslashes(plain);
  return plain;
}

/** A text as it is, and as it reads without the escapes that show in it. */
export function* readings(text: string): Generator<string> {
  for (const [shows, plain] of spoilt) if (shows.test(text)) yield plain(text);
  yield text;
  for (const [shows, plain] of escapes) if (shows.test(text)) yield plain(text);
}
