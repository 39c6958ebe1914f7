import { withoutReferences } from './plain-text.js';

/** A piece of a text that tells of an error: a whole page, or a line of a log. */
interface Statement {
  at: number;
  end: number;
  words: string;
}

/** The text of an error page. */
const maxPage = 6_000;
/** How much of a log is looked at, from its end, and how many of its lines are kept. */
const [maxLog, maxLines, maxLine] = [2_000_000, 200, 2_000];

/** What tells of an error in any product; several of these stand in words that only one product uses. */
const trouble =
  /\b(?:error|exception|fehler|erreur|fail(?:s|ed|ures?)?|denied|refused|reject(?:s|ed)|forbidden|unauthori[sz]ed|invalid|mismatch|missing|expired|blocked|closed|disabled|inactive|fatal|severe|sorry|oops|unable|cannot|can[’']t|could ?n[o’']t|trouble|bad request|nonsuccess|no \w+ returned|unsupported|not (?:\w+ )?(?:available|assigned|allowed|valid|found|enabled|configured|supported|trusted|registered|signed|active|exist)|does(?: not|n[’']t)|do not have access|app_not_\w+|status:\w+|DENY)\b|GENERAL_NONSUCCESS|_ERROR\b|\bMSIS\d/i;

/** What tells that it went well after all. */
const success =
  /\b(?:works|worked|fine|succeeded|(?<!not )success(?:ful(?:ly)?)?|resolved)\b|\b(?:status|login|sign-?in|result)\W{1,4}(?:ok|success)\b/i;

/** The statements of a text that tell of an error, and not of a success. */
export function errorStatementsIn(text: string): Statement[] {
  const isMarkup = /^\s*</.test(text);
  const shown = isMarkup ? wordsOfPage(text) : text;
  if (shown.length <= maxPage && (isMarkup || !isLog(shown)))
    return tellsOfError(shown) ? [{ at: 0, end: text.length, words: shown.trim() }] : [];
  return isMarkup ? [] : linesWithErrors(text);
}

const tellsOfError = (words: string) => trouble.test(words) && !success.test(words);

/** Lines of a log begin alike: with a time, a level or a brace. */
const isLog = (text: string) =>
  (text.match(/^\W{0,2}(?:\d{2,4}[-/:.]\d{2}|[A-Z]{4,7}\b|\{|[A-Z][a-z]{2} +\d)/gm)?.length ?? 0) > 1;

function linesWithErrors(text: string): Statement[] {
  const found = new Map<string, Statement>();
  const start = text.length > maxLog ? text.indexOf('\n', text.length - maxLog) + 1 || text.length - maxLog : 0;
  for (let at = start; at < text.length; ) {
    const lineBreak = text.indexOf('\n', at);
    const end = lineBreak < 0 ? text.length : lineBreak;
    const words = text.slice(at, Math.min(end, at + maxLine)).trim();
    // Times and numbers make lines differ that say the same.
    const key = words.replace(/\d+/g, '0');
    if (tellsOfError(words)) {
      found.delete(key);
      found.set(key, { at, end, words });
      if (found.size > maxLines) found.delete(found.keys().next().value ?? '');
    }
    at = end + 1;
  }
  return [...found.values()];
}

/** What a page shows: without its programs, its styles and its tags. */
export function wordsOfPage(page: string): string {
  const start = page.slice(0, 500_000);
  const plain = start.replace(/<(script|style|svg|head)\b[^<>]{0,2000}>/gi, '\u0000$&').split('\u0000');
  const shown = plain.map(part => {
    const name = /^<(script|style|svg|head)\b/i.exec(part)?.[1];
    const close = name === undefined ? -1 : part.toLowerCase().indexOf(`</${name.toLowerCase()}`);
    return name === undefined ? part : close < 0 ? '' : part.slice(close);
  });
  return withoutReferences(shown.join(' ').replace(/<[^<>]{0,2000}>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}
