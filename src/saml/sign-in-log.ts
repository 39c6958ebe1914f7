import { excessOfJson } from './limits.js';
import type { Refusal } from './refusal-in-text.js';

/** One entry of a log of sign-ins, of whichever product. */
interface SignIn {
  at: string;
  user: string;
  /** Undefined if the person got in. */
  refusal: Refusal | undefined;
}

/** Pages of an export; a search shows a hundred. */
const maxRefusals = 200;

/**
 * Why people were refused, by an exported log of sign-ins: Entra's from Graph or from its portal (JSON, CSV), Okta's system log (JSON).
 * Undefined if a text is something else. Of each person only what came after their last success counts as open.
 */
export function signInsIn(text: string): Refusal[] | undefined {
  const signIns = ofJson(text) ?? ofCsv(text);
  if (!signIns || signIns.length === 0) return undefined;
  const lastSuccess = new Map<string, string>();
  for (const { at, user, refusal } of signIns)
    if (!refusal && at > (lastSuccess.get(user) ?? '')) lastSuccess.set(user, at);
  const refusals = signIns
    .filter(({ refusal }) => refusal !== undefined)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, user, refusal }) => ({
      ...(refusal as Refusal),
      ...(at < (lastSuccess.get(user) ?? '') && { isOvercome: true as const }),
    }));
  return [...new Map(refusals.map(refusal => [JSON.stringify(refusal), refusal])).values()].slice(-maxRefusals);
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function ofJson(text: string): SignIn[] | undefined {
  if (!/^\s*[[{]/.test(text) || !/"(?:errorCode|eventType)"/.test(text) || excessOfJson(text)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { value = read } = fieldsOf(read);
  const entries = (Array.isArray(value) ? value : [value]).map(fieldsOf);
  return entries.flatMap(entry => ofEntra(entry) ?? ofOkta(entry) ?? []);
}

/** Entra's `signIn`, from Graph or from the portal; 0 is a success. */
function ofEntra(entry: Fields): SignIn | undefined {
  const { errorCode, failureReason } = fieldsOf(entry.status);
  const code = Number(errorCode);
  if (errorCode === undefined || errorCode === null || !Number.isInteger(code)) return undefined;
  return {
    at: textOf(entry.createdDateTime),
    user: textOf(entry.userPrincipalName) || textOf(entry.userId),
    refusal: code === 0 ? undefined : inEntrasWords(code, textOf(failureReason)),
  };
}

const inEntrasWords = (code: number, reason: string): Refusal => ({ message: `AADSTS${code}: ${reason}` });

/** Okta's log event. Its types are many; those of a login begin like this. */
function ofOkta(entry: Fields): SignIn | undefined {
  const { result, reason } = fieldsOf(entry.outcome);
  if (!/^(?:app\.|user\.(?:authentication|session)\.|policy\.evaluate)/.test(textOf(entry.eventType))) return undefined;
  const words = [textOf(entry.displayMessage), textOf(reason)].filter(word => word !== '').join(': ');
  return {
    at: textOf(entry.published),
    user: textOf(fieldsOf(entry.actor).alternateId),
    refusal: /^(?:FAILURE|DENY)$/.test(textOf(result)) ? { message: `Okta: ${words}` } : undefined,
  };
}

/** The portal's download. Its columns have these titles; they stand in any order. */
function ofCsv(text: string): SignIn[] | undefined {
  const start = text.replace(/^\uFEFF/, '');
  const [titles = ''] = start.split(/\r?\n/, 1);
  if (titles.length > 10_000 || !/sign-?in error code/i.test(titles)) return undefined;
  const separator = titles.includes(';') && !titles.includes(',') ? ';' : ',';
  const [names = [], ...rows] = rowsIn(start, separator);
  const column = (pattern: RegExp) => names.findIndex(name => pattern.test(name.trim()));
  const [code, reason, at, user] = [
    column(/^sign-?in error code$/i),
    column(/^failure reason$/i),
    column(/^date\b/i),
    column(/^user(?:name| id| principal name)$/i),
  ];
  const person = user < 0 ? column(/^user$/i) : user;
  return rows.flatMap(cells => {
    const number = Number(cells[code] || '0');
    if (cells.length < 2 || !Number.isInteger(number)) return [];
    const refusal = number === 0 ? undefined : inEntrasWords(number, cells[reason] ?? '');
    return { at: cells[at] ?? '', user: cells[person] ?? '', refusal };
  });
}

/** What a spreadsheet reads: cells may be quoted, and then hold separators, line breaks and doubled quotes. */
function rowsIn(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  const ends = new RegExp(`[${separator}\\r\\n]|$`, 'g');
  for (let at = 0; at <= text.length && rows.length <= maxRows; ) {
    const quoted = text[at] === '"' ? endOfQuoted(text, at) : at;
    ends.lastIndex = quoted;
    const end = ends.exec(text)?.index ?? text.length;
    const isQuoted = quoted > at;
    const cell = text.slice(isQuoted ? at + 1 : at, Math.min(isQuoted ? quoted - 1 : end, at + maxCell));
    rows.at(-1)?.push(isQuoted ? cell.replaceAll('""', '"') : cell);
    if (text[end] !== separator) rows.push([]);
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return rows;
}

/** Behind the quote that ends a cell; two of them stand for one. */
function endOfQuoted(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end < 0 ? text.length : end + 1;
}

/** The portal's limit is 100,000 rows. */
const [maxRows, maxCell] = [100_000, 2_000];
