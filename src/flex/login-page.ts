import { locate, redirectedTo, toPublic } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import { foreignAnswer, isNetworkTrouble, type Server, serverAt } from '../network-trouble.js';
import { textInWords } from '../own-answer.js';
import type { SamlRequest } from '../saml/authn-request.js';
import { entraWordsIn } from '../saml/refusal-in-text.js';
import { refusalOf, shortened } from './answer.js';
import type { Hop, LoginPage } from './client.js';
import { type Services, withoutQuery } from './services.js';

/** From the AuthnRequest to the page that a person sees. */
const maxHops = 5;

/**
 * Hands an AuthnRequest to the identity provider as a browser would, and looks whether it answers with an error page. Nobody is logged
 * in: that the page asks for a password is as good as it gets. Throws 'foreign-answer' if something else answers in place of Microsoft.
 */
export async function askLoginPage(
  { http, endpoints }: Services,
  { request, url: start, signal }: { request: SamlRequest; url: string; signal: AbortSignal },
): Promise<LoginPage> {
  const hops: Hop[] = [];
  let next = requestTo(request, start);
  for (;;) {
    const url = toPublic(endpoints, next.url);
    if (!url.startsWith('https://')) return { hops, status: 0, ...(hops.length > 0 ? leadsAway : notHttps) };
    const server = serverAt(endpoints, url);
    const hop: Hop = { method: next.method, url: withoutQuery(url), status: 0 };
    hops.push(hop);
    let response: HttpResponse;
    try {
      response = await http({ ...next, url, headers: { accept: 'text/html', ...next.headers }, signal });
    } catch (error) {
      if (error instanceof FlexSsoError && error.code === 'foreign-answer') throw error;
      // It may be reachable for agents alone, or too slow; what Flex does has been seen all the same.
      if (signal.aborted || isNetworkTrouble(error)) return { hops, status: 0, unclear: 'it did not answer' };
      throw error;
    }
    const { status } = response;
    hop.status = status;
    const { location } = response.headers;
    const there = status >= 300 && status < 400 && location ? redirectedTo(endpoints, url, location) : undefined;
    if (there === undefined) return { hops, status, ...wordsOf(response, server) };
    if (hops.length === maxHops) return { hops, status, unclear: `it redirects more than ${maxHops - 1} times` };
    next = { method: 'GET', url: there };
    // Microsoft sends people on to the company's own login page.
    if (server.system === 'login' && !locate(endpoints, there) && !isMicrosofts(response))
      throw foreignAnswer(server, `it leads to ${new URL(there).host} (HTTP ${status})`);
  }
}

const notHttps = { refusal: 'the login page is not at an https address' };
/** No login page leaves https; the sign-in page of a Wi-Fi is reached like this. */
const leadsAway = { unclear: 'it leads to an address that is not https' };

/** `url` carries the whole message where it travels in one, with its signature if it has one. */
function requestTo({ ssoUrl, message, binding }: SamlRequest, url: string): HttpRequest & { method: string } {
  if (binding === 'HTTP-Redirect') return { method: 'GET', url };
  return {
    method: 'POST',
    url: ssoUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ SAMLRequest: message }).toString(),
  };
}

/** Entra says so in words, on a page that may come with HTTP 200; others at least by the status. */
function wordsOf(response: HttpResponse, server: Server): Pick<LoginPage, 'refusal' | 'unclear'> {
  const { status } = response;
  const said = entraWordsIn(response.text);
  if (said) return { refusal: shortened(said) };
  if (status >= 500) return { unclear: `it answers HTTP ${status}` };
  if (server.system === 'login' && !isMicrosofts(response))
    throw foreignAnswer(server, `${textInWords(response)}, without the marks of a page of Microsoft`);
  if (status >= 400) return { refusal: `HTTP ${status}: ${refusalOf(response).message}` };
  return server.system === 'login' || isKnown(response) ? {} : { unclear: 'flex-sso does not know such a page' };
}

/**
 * Likely marks: the headers of recorded answers of login.microsoftonline.com, and what is in copies of its pages. One is enough, as a
 * proxy may remove headers. The address of the page is no mark: the sign-in page of a Wi-Fi repeats it.
 */
const isMicrosofts = ({ headers, text }: HttpResponse): boolean =>
  'x-ms-ests-server' in headers || 'x-ms-request-id' in headers || microsoftPage.test(text);

const microsoftPage = /<meta name="PageID"|\baadcdn\.(?:msauth|msftauth|[\w.-]*microsoftonline-p)\./i;

/** Whether a page is likely from Okta or Google: it loads what their pages load. */
const isKnown = ({ headers, text }: HttpResponse): boolean =>
  'x-okta-request-id' in headers || /\b(?:oktacdn|gstatic)\.com\//i.test(text);
