import { type JsonObject, objectIn, stringIn } from './json-values.js';
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
 * Why people were refused, by an exported log of sign-ins: Entra's from Graph or from its portal, or Okta's system log, in JSON or CSV.
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

function ofJson(text: string): SignIn[] | undefined {
  if (!/^\s*[[{]/.test(text) || !/"(?:errorCode|eventType)"/.test(text) || excessOfJson(text)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { value = read } = objectIn(read);
  const entries = (Array.isArray(value) ? value : [value]).map(objectIn);
  return entries.flatMap(entry => ofEntra(entry) ?? ofOkta(entry) ?? []);
}

/** Entra's `signIn`, from Graph or from the portal; 0 is a success. */
function ofEntra(entry: JsonObject): SignIn | undefined {
  const { errorCode, failureReason } = objectIn(entry.status);
  const code = Number(errorCode);
  if (errorCode === undefined || errorCode === null || !Number.isInteger(code)) return undefined;
  return {
    at: stringIn(entry.createdDateTime),
    user: stringIn(entry.userPrincipalName) || stringIn(entry.userId),
    refusal: code === 0 ? undefined : inEntrasWords(code, stringIn(failureReason)),
  };
}

const inEntrasWords = (code: number, reason: string): Refusal => ({ message: `AADSTS${code}: ${reason}` });

const isOktasNo = (result: string) => /^(?:FAILURE|DENY)$/.test(result);

/** Okta's log event. Its types are many; those of a login begin like this. */
function ofOkta(entry: JsonObject): SignIn | undefined {
  const { result, reason } = objectIn(entry.outcome);
  if (!/^(?:app\.|user\.(?:authentication|session)\.|policy\.evaluate)/.test(stringIn(entry.eventType)))
    return undefined;
  const words = [stringIn(entry.displayMessage), stringIn(reason)].filter(word => word !== '').join(': ');
  return {
    at: stringIn(entry.published),
    user: stringIn(objectIn(entry.actor).alternateId),
    refusal: isOktasNo(stringIn(result)) ? { message: `Okta: ${words}` } : undefined,
  };
}

/** What a download calls its columns, which stand in any order. */
interface Columns {
  result: RegExp;
  reason: RegExp;
  at: RegExp;
  user: RegExp;
  refused: (result: string, reason: string) => Refusal | undefined;
}

const downloads: readonly Columns[] = [
  {
    result: /^sign-?in error code$/i,
    reason: /^failure reason$/i,
    at: /^date\b/i,
    user: /^user(?:name| principal name)?$/i,
    refused: (result, reason) => (Number(result) > 0 ? inEntrasWords(Number(result), reason) : undefined),
  },
  {
    result: /^outcome\.result$/i,
    reason: /^outcome\.reason$/i,
    at: /^timestamp$/i,
    user: /^actor\.alternate_?id$/i,
    refused: (result, reason) => (isOktasNo(result) ? { message: `Okta: ${reason}` } : undefined),
  },
];

/** The downloads of Entra's portal and of Okta's system log. */
function ofCsv(text: string): SignIn[] | undefined {
  const start = text.replace(/^\uFEFF/, '');
  const [titles = ''] = start.split(/\r?\n/, 1);
  if (titles.length > 10_000 || !/sign-?in error code|outcome\.result/i.test(titles)) return undefined;
  const [names = [], ...rows] = rowsIn(start, titles.includes(';') && !titles.includes(',') ? ';' : ',');
  const place = (title: RegExp) => names.findIndex(name => title.test(name.trim()));
  const columns = downloads.find(({ result }) => place(result) >= 0);
  if (!columns) return undefined;
  const [result, reason, at, user] = [columns.result, columns.reason, columns.at, columns.user].map(place);
  return rows
    .map(
      cells =>
        (column = -1) =>
          cells[column] ?? '',
    )
    .map(cell => ({ at: cell(at), user: cell(user), refusal: columns.refused(cell(result), cell(reason)) }));
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
