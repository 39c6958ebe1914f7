import { withoutBackslashes, withoutPercents, withoutReferences } from './plain-text.js';

/** What a system said when it refused a login: its words, and Twilio's number for them. Remote text. */
export interface Refusal {
  words: string;
  code?: number;
}

const maxWords = 2_000;

/** Why a login was refused, if a text says so: an error page, an address, JSON or a line of a log. */
export function refusalIn(text: string): Refusal | undefined {
  const byEntra = entraWordsIn(text);
  return byEntra === undefined ? byTwilio(text.slice(0, 100_000)) : { words: byEntra };
}

/** What Entra says. It gives its errors a number, in a page that may come with HTTP 200. */
export function entraWordsIn(text: string): string | undefined {
  const at = text.search(/AADSTS\d{4,8}/i);
  if (at < 0) return undefined;
  const [words = ''] = text
    .slice(at, at + maxWords)
    .split(/[<"\r\n]|\\(?!u[0-9a-f]{4})|[&#](?:error_uri|state|correlation_id)=/i, 1);
  const isQuery = /^AADSTS\d+(?:%3a|:?\+)/i.test(words);
  return withoutReferences(withoutBackslashes(isQuery ? withoutPercents(words.replaceAll('+', ' ')) : words)).trim();
}

/** What Twilio answers in JSON or XML, and what Flex puts into the address that it sends a browser back to. */
function byTwilio(text: string): Refusal | undefined {
  const code = /"code"\s{0,9}:\s{0,9}(\d{5})\b|<Code>(\d{5})<\/Code>/.exec(text);
  const isTwilio = code && (/^(?:45|70)/.test(code[1] ?? code[2] ?? '') || /twilio\.com/.test(text));
  if (isTwilio) {
    const said = /"message"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){0,2000})|<Message>([^<]{0,2000})/.exec(text);
    const words = said?.[1] === undefined ? withoutReferences(said?.[2] ?? '') : withoutBackslashes(said[1]);
    return { words, code: Number(code[1] ?? code[2]) };
  }
  const [, described] = /[?&#]error_description=([^&#\s"'<>]{1,2000})/.exec(text) ?? [];
  return described === undefined ? undefined : { words: withoutPercents(described.replaceAll('+', ' ')) };
}
