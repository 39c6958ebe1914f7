import { wordsOfPage } from './error-statements.js';
import { addressOf, pageIn } from './har-entry.js';
import { type JsonObject, objectIn, stringIn } from './json-values.js';
import { type Refusal, refusalsIn } from './refusal-in-text.js';

/** How an entry ended that was answered with an error. */
type Ended = 'refused' | 'retried';

/**
 * Reads what an answer says of a login that was refused: in an address, in the words of its page, or by its status alone. Undefined if
 * nothing shows one.
 */
export function refusalsOf({ request, response }: JsonObject, ended: Ended | undefined): (() => Refusal[]) | undefined {
  if (ended === 'retried') return undefined;
  const url = stringIn(objectIn(request).url);
  const { redirectURL, content, status } = objectIn(response);
  const page = pageIn(objectIn(content));
  const places = [url, stringIn(redirectURL), page].filter(place => showsRefusal.test(place));
  if (places.length === 0 && !ended) return undefined;
  const [from] = addressOf(url);
  return () => {
    const told = places.flatMap(refusalsIn).filter(({ isGuess }) => !isGuess);
    const words = wordsOfPage(page).slice(0, maxWords);
    const byStatus = ended ? [{ message: `HTTP ${status}${words && `: ${words}`}` }] : [];
    return (told.length > 0 ? told : byStatus).map(one => ({ ...one, ...(from && { from }) }));
  };
}

/** What a page says of itself when it is an error page. */
const maxWords = 2_000;

/** What shows that a text is worth reading. */
const showsRefusal =
  /AADSTS ?\d{4}|\berror(?:_description)?=|"error_description"|"?code"?\s{0,9}:\s{0,9}"?\d{5}\b|<Code>\d{5}<|\b[is]ErrorCode"/i;

/**
 * The entries that were answered with an error. `refused`: it ends a login, as where a SAML message was sent, a page of the site that was
 * asked for a login, and the addresses of Flex; everything else fails for reasons of its own. `retried`: the same address took it later.
 */
export function errorsByStatus(entries: readonly JsonObject[]): ReadonlyMap<number, Ended> {
  const lastGood = new Map<string, number>();
  const sites = new Set<string>();
  const errors: { at: number; address: string; isOfLogin: boolean }[] = [];
  for (const [at, { request, response }] of entries.entries()) {
    const { url, postData } = objectIn(request);
    const { status, content } = objectIn(response);
    const [address, origin = ''] = /^(https?:\/\/[^/?#]{1,300})[^?#]{0,2000}/i.exec(stringIn(url)) ?? [];
    if (address === undefined || typeof status !== 'number' || status < 200) continue;
    const parameters = parametersOf(stringIn(url), objectIn(postData));
    if (parameters.includes('SAMLRequest')) sites.add(origin);
    const isOfLogin = () =>
      parameters.length > 0 ||
      flexLogin.test(address) ||
      (sites.has(origin) && isPageOfItsOwn(address, objectIn(content)));
    if (status < 400) lastGood.set(address, at);
    else errors.push({ at, address, isOfLogin: isOfLogin() });
  }
  return new Map(
    errors.flatMap(({ at, address, isOfLogin }) => {
      const isRetried = (lastGood.get(address) ?? -1) > at;
      return isRetried || isOfLogin ? [[at, isRetried ? 'retried' : 'refused']] : [];
    }),
  );
}

/** The SAML parameters that a request carries, by their names. */
function parametersOf(url: string, { text, params }: JsonObject): string[] {
  const names = Array.isArray(params) ? params.map(param => stringIn(objectIn(param).name)) : [];
  return [url, stringIn(text), ...names].flatMap(place => /\bSAML(?:Response|Request)\b/.exec(place) ?? []);
}

/** Where Flex takes part in a login: its login pages, the calls of its UI that begin and end one, and those of the legacy connection. */
const flexLogin =
  /^https:\/\/(?:login\.flex\.|iam\.|preview-iam\.)[\w.-]*twilio\.com\/|\/v1\/Flex\/(?:Authorize|OAuth)|\/Authenticate$/i;

/** Not one of the pictures and programs of a page, which come with an error page of their own. */
const isPageOfItsOwn = (address: string, { mimeType }: JsonObject) =>
  /html/i.test(stringIn(mimeType).slice(0, 100)) &&
  !/\.(?:ico|png|gif|jpe?g|svg|css|m?js|map|woff2?|json)$/i.test(address);
