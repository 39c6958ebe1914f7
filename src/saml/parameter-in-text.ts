import { findSamlRequest } from './authn-request.js';
import { maxEncoded } from './limits.js';
import { withoutBackslashes, withoutReferences } from './plain-text.js';

/** A SAML message as a browser sends it, still encoded. */
export interface SamlParameter {
  name: 'SAMLResponse' | 'SAMLRequest';
  value: string;
  /** Where a request is sent, where the text says so. */
  ssoUrl?: string;
}

/** A parameter where a text has it. */
interface Place {
  start: number;
  end: number;
  parameter: SamlParameter;
  /** The whole address that carries it, if one does. */
  url?: string;
}

/** A recording of a login has a dozen. */
const maxPlaces = 100;
const maxUrl = 256 * 1024;

/**
 * Every message that a text has as a parameter: in the body of a form, in an address, in commands that a browser copies ("Copy all as
 * cURL", "… as fetch"), in JSON, and as a browser or a log shows names and values.
 */
export function parametersIn(text: string): Place[] {
  const places: Place[] = [];
  const names = /(?<![A-Za-z_])SAML[_-]?Re(?:sponse|quest)(?![\w+/])/gi;
  for (let found = names.exec(text); found && places.length < maxPlaces; found = names.exec(text)) {
    // Logs and programs have their own ways to write it.
    const name = /response/i.test(found[0]) ? 'SAMLResponse' : 'SAMLRequest';
    separator.lastIndex = names.lastIndex;
    const between = separator.exec(text)?.[0];
    if (between === undefined) continue;
    const start = separator.lastIndex;
    const end = endOfValue(text, start, between === '=');
    const value = unescaped(text.slice(start, end));
    names.lastIndex = Math.max(end, names.lastIndex);
    if (value === '') continue;
    const url = between === '=' ? urlAround(text, found.index) : undefined;
    places.push({ start: found.index, end, parameter: { name, value }, ...(url && { url }) });
  }
  return places;
}

/** What stands between a name and its value, in whichever notation; YAML announces its lines by `>-` or `|`. */
const separator = /(?:[>|][+-]?(?=\s)|[\s"'`\\^=:,;>()[\]]|value|%3D|%22){1,40}/iy;
/** Base64, percent-encoded or not, with the escapes of JSON and of the Windows shell in it. */
const beyondValue = /[^A-Za-z0-9+/=_%^\\-]/g;
/** Base64 goes on after a break; a word that follows does not belong to it. Of lines that are set in, the last may be short. */
const goesOn =
  /(?:[ \t\r\n]{1,8}|\\[rnt]){1,4}(?=[A-Za-z0-9+/]{20}|[A-Za-z0-9+/]{1,76}={0,2}\s{0,8}(?:["'`&<]|$))|\r?\n[ \t]{1,40}(?=(?:[A-Za-z0-9+/]{4}){0,19}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)[ \t]{0,8}\r?\n)/y;
/** In a form, plus signs that were not escaped arrive as spaces. */
const spaced = / [A-Za-z0-9+/% ]*={0,2}(?=["'`&<\r\n]|$)/y;

function endOfValue(text: string, start: number, isForm: boolean): number {
  for (let end = start; ; ) {
    const stop = firstFrom(beyondValue, text, end)?.index ?? text.length;
    if (stop === end || stop - start > maxEncoded) return stop;
    const rest = isForm ? firstFrom(spaced, text, stop) : undefined;
    if (rest) return stop + rest[0].length;
    const more = firstFrom(goesOn, text, stop);
    if (!more) return stop;
    end = stop + more[0].length;
  }
}

function firstFrom(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const unescaped = (value: string) => withoutBackslashes(value.slice(0, 2 * maxEncoded).replaceAll('^', ''));

/** The address that holds a parameter, whole. */
function urlAround(text: string, at: number): string | undefined {
  const before =
    text
      .slice(Math.max(0, at - 4000), at)
      .split(urlEnds)
      .at(-1) ?? '';
  const start = before.search(/https?:\/\//i);
  if (start < 0) return undefined;
  const [after = ''] = text.slice(at, at + maxUrl).split(urlEnds, 1);
  return withoutBackslashes((before.slice(start) + after).replaceAll('^', ''));
}

const urlEnds = /[\s"'`<>]/;

/** The message in a page with a form. Only the field and its form are read: a parser of pages can be kept busy for minutes. */
export function parameterInPage(page: string): SamlParameter | undefined {
  const at = page.search(/\bname\s{0,9}=\s{0,9}["']?SAML(?:Response|Request)\b/i);
  if (at < 0) return undefined;
  const input = tagAt(page, page.lastIndexOf('<', at));
  const value = valueIn(input);
  if (value && /\bname\s{0,9}=\s{0,9}["']?SAMLResponse\b/.test(input)) return { name: 'SAMLResponse', value };
  // The form begins not far above its field.
  const above = page.slice(Math.max(0, at - maxUrl), at);
  const form = tagAt(above, above.toLowerCase().lastIndexOf('<form'));
  const found = findSamlRequest(`${form}${input}</form>`);
  return found && { name: 'SAMLRequest', value: found.message, ssoUrl: found.ssoUrl };
}

function tagAt(page: string, start: number): string {
  const end = start < 0 ? -1 : page.indexOf('>', start);
  return end < 0 ? '' : page.slice(start, end + 1);
}

/** The value of an `<input>`, which may be as large as a message. */
function valueIn(input: string): string | undefined {
  const [begin, quote] = /\bvalue\s{0,9}=\s{0,9}(["']?)/i.exec(input) ?? [];
  if (begin === undefined) return undefined;
  const start = input.indexOf(begin) + begin.length;
  const end = quote ? input.indexOf(quote, start) : input.slice(start).search(/[\s>]/) + start;
  return end < start ? undefined : withoutReferences(input.slice(start, Math.min(end, start + 2 * maxEncoded)));
}
