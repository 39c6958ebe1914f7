import { type Endpoints, locate, type System } from './endpoints.js';
import type { HttpResponse } from './http.js';
import { foreignAnswer, garbledAnswer, type Server, unavailable } from './network-trouble.js';

/**
 * What a system itself answers with. `json`: an object, also if it refuses; with names, a success holds one of them. `document`: XML, and no
 * web page. `login`: a redirect, a form or a refusal as JSON.
 */
export type Expected = 'json' | { json: readonly string[] } | 'document' | 'login';

/** The property that every refusal of a system has. */
const refusalProperty: Readonly<Partial<Record<System, string>>> = {
  login: 'error',
  graph: 'error',
  'flex-services': 'message',
  'flex-login': 'message',
  'flex-api': 'message',
  taskrouter: 'message',
  iam: 'message',
  'iam-preview': 'message',
};

/**
 * Throws if an answer does not come from the system that was asked, or is not whole: what it seems to say of the world is then no word
 * of that system. A hotel's Wi-Fi answers every request with a page or a redirect; a proxy with a status and a page of its own.
 */
export function demandOwnAnswer(
  answer: HttpResponse,
  { expects, server, endpoints }: { expects: Expected | undefined; server: Server; endpoints: Endpoints },
): void {
  const { status } = answer;
  if (status === 511) throw foreignAnswer(server, 'the network wants this machine to sign in (HTTP 511)');
  if (!expects || !server.system) return;
  if (status >= 500 && !isWordOnLogins(server.system, answer)) {
    // Whoever asks Graph waits and asks again.
    if (server.system === 'graph') return;
    throw unavailable(server, status);
  }
  // Whoever throttles: the request is repeated.
  if (status === 429) return;
  if (status >= 300 && status < 400) demandOwnRedirect(answer, { expects, server, endpoints });
  else if (expects === 'login') return;
  else if (isWebPage(answer) || isOtherText(answer, expects)) throw foreignAnswer(server, textInWords(answer));
  else if (expects !== 'document') demandObject(answer, server, expects === 'json' ? [] : expects.json);
}

function demandObject(answer: HttpResponse, server: Server, names: readonly string[]): void {
  const { status, text } = answer;
  if (status === 202 || status === 204) return;
  const body = objectIn(text);
  if (status < 300) {
    if (!body) throw garbledAnswer(server, `${shapeOf(text)} came where a JSON object is due (HTTP ${status})`);
    if (names.length > 0 && !names.some(name => name in body))
      throw garbledAnswer(server, `it holds no ${names.join(' or ')} (HTTP ${status})`);
    return;
  }
  const property = server.system && refusalProperty[server.system];
  if (!(body && property && property in body))
    throw foreignAnswer(server, `HTTP ${status}, not in the form of that system`);
}

/** A document and a login may be elsewhere at the same system, or at another one of those that flex-sso knows. */
function demandOwnRedirect(
  { status, headers }: HttpResponse,
  { expects, server, endpoints }: { expects: Expected; server: Server; endpoints: Endpoints },
): void {
  // What leads to an identity provider is for whoever follows the login to judge.
  if (expects === 'login') return;
  const location = headers.location ?? '';
  const next = URL.canParse(location, server.origin) ? new URL(location, server.origin) : undefined;
  if (expects === 'document' && next && locate(endpoints, next.href)) return;
  throw foreignAnswer(server, `it leads to ${next?.host || 'no address'} (HTTP ${status})`);
}

/** Twilio's codes of logins: with one of these even an HTTP 500 is a word on the connection. */
function isWordOnLogins(system: System, { text }: HttpResponse): boolean {
  const code = system.startsWith('flex') || system.startsWith('iam') ? objectIn(text)?.code : undefined;
  return typeof code === 'number' && /^(45|70)\d{3}$/.test(String(code));
}

/** By what it says it is, or by how it begins: some networks send their page under the name of what was asked for. */
function isWebPage({ headers, text }: HttpResponse): boolean {
  return /\bhtml\b/i.test(headers['content-type'] ?? '') || pageStart.test(text.slice(0, 4000));
}

const pageStart =
  /^\uFEFF?(?:<\?[^>]*>|<!--(?:(?!-->)[\s\S])*-->|\s)*<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|center|h1|p)\b/i;

/** Text that does not even begin like what is due: a notice of the network. Of what is only cut off, the beginning is there. */
function isOtherText({ status, text }: HttpResponse, expects: Expected): boolean {
  const start = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .charAt(0);
  if (status >= 300 || start === '') return false;
  return expects === 'document' ? start !== '<' : !'{["'.includes(start) && !isJson(text);
}

/** A page by its title, and other text by its beginning; both are remote text. */
export function textInWords(answer: HttpResponse): string {
  const { status, text } = answer;
  const isPage = isWebPage(answer) || /^\s*</.test(text);
  const said = isPage ? /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1] : text.slice(0, 200);
  const words = said?.replace(/\s+/g, ' ').trim().slice(0, 80);
  return `a ${isPage ? 'web page' : 'text'}${words ? `, “${words}”` : ''} (HTTP ${status})`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function shapeOf(text: string): string {
  if (text.trim() === '') return 'nothing';
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? 'a list' : parsed === null ? '`null`' : `a ${typeof parsed}`;
  } catch {
    return 'incomplete JSON, or no JSON,';
  }
}
