/** An object of JSON, whatever it holds. An entry of a recording is one. */
export type Entry = Readonly<Record<string, unknown>>;

/** An object to look into, whatever stands in its place. */
export const objectIn = (value: unknown): Entry =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a person saw, or a page was told; the programs of a login page know every error by name. */
export function pageIn({ text, encoding, mimeType }: Readonly<Record<string, unknown>>): string {
  const page = textIn(text);
  if (/script|css|image|font|wasm/i.test(textIn(mimeType).slice(0, 100))) return '';
  return encoding === 'base64' ? Buffer.from(page, 'base64').toString('utf8') : page;
}

/** Queries may hold the message itself, and names of people. */
export function addressOf(url = ''): string[] {
  return URL.canParse(url) && /^https?:/i.test(url) ? [new URL(url).origin + new URL(url).pathname] : [];
}
