/** Characters that steer a terminal, reorder text or cannot be seen: controls, format characters, lone surrogates and their like. */
const harmful = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/**
 * Remote text, made harmless for a terminal and still readable: harmful characters become their name, `<U+202E>`, a tab a space.
 * A line break becomes `↵`, or stays a newline where the place allows several lines. Cleaning twice changes nothing more.
 */
export function clean(text: string, options: { newlines?: boolean } = {}): string {
  return text
    .replace(lineBreak, options.newlines ? '\n' : '↵')
    .replaceAll('\t', ' ')
    .replace(harmful, character => (character === '\n' ? '\n' : `<U+${codePoint(character)}>`));
}

/** A copy of plain data with every string in it cleaned, keys included. */
export function cleanDeep<T>(value: T): T {
  return cleanValue(value) as T;
}

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [clean(key), cleanValue(held)]));
}

const codePoint = (character: string) =>
  (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
