import { type JsonObject, stringIn } from './json-values.js';

/** What a person saw, or a page was told; the programs of a login page know every error by name. */
export function pageIn({ text, encoding, mimeType }: JsonObject): string {
  const page = stringIn(text);
  if (/script|css|image|font|wasm/i.test(stringIn(mimeType).slice(0, 100))) return '';
  return encoding === 'base64' ? Buffer.from(page, 'base64').toString('utf8') : page;
}

/** Queries may hold the message itself, and names of people. */
export function addressOf(url = ''): string[] {
  return URL.canParse(url) && /^https?:/i.test(url) ? [new URL(url).origin + new URL(url).pathname] : [];
}
