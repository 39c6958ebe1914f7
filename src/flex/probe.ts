import { locate, redirectedTo, toPublic } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import { foreignAnswer, isNetworkTrouble, noAnswer, serverAt } from '../network-trouble.js';
import { textInWords } from '../own-answer.js';
import { decodeAuthnRequest, findSamlRequest, type SamlRequest } from '../saml/authn-request.js';
import { isGood, isRefusal, jsonOf, refusalOf, shortened } from './answer.js';
import type { Hop, Probe } from './client.js';
import { beginLogin } from './login.js';
import { askLoginPage } from './login-page.js';
import { type Services, withoutQuery } from './services.js';

type Failure = Extract<Probe, { reached: 'error' }>;

const maxHops = 10;
/** For everything together; a browser would long have shown an error. */
const timeLimitMs = 30_000;

/** A login that is followed: what it takes, and what it left behind so far. */
interface Walk extends Services {
  redirectUrl: string;
  signal: AbortSignal;
  hops: Hop[];
  askLoginPage: boolean;
}

/** Starts a login through an enhanced connection, with no credentials, and follows it up to the identity provider. */
export function probe(
  services: Services,
  connectionName: string,
  redirectUrl: string,
  options: { askLoginPage?: boolean } = {},
): Promise<Probe> {
  const walk = begin(services, redirectUrl, options.askLoginPage);
  return inTime(walk, () => follow(walk, beginLogin(connectionName, redirectUrl).url));
}

/** The same through the legacy connection, at whichever of its two addresses answers. */
export async function probeLegacy(
  services: Services,
  accountSid: string,
  redirectUrl: string,
  options: { askLoginPage?: boolean } = {},
): Promise<Probe> {
  const addresses = [
    services.endpoints.iam && `https://iam.twilio.com/v1/Accounts/${accountSid}/authenticate`,
    services.endpoints['iam-preview'] && `https://preview.twilio.com/iam/Accounts/${accountSid}/authenticate`,
  ].filter(address => address !== undefined);
  let first: Failure | undefined;
  let trouble: FlexSsoError | undefined;
  for (const address of addresses) {
    const walk = begin(services, redirectUrl, options.askLoginPage);
    const found = await inTime(walk, () => startLegacy(walk, address)).catch(error => {
      if (!isNetworkTrouble(error)) throw error;
      // Either address may be switched off for good; trouble on the way to one is no word on the account.
      if (!isGone(error) && !first?.status) trouble ??= error;
      return failed(walk.hops, 0, error.message);
    });
    const hops = [...(first?.hops ?? []), ...(found.hops ?? [])];
    if (found.reached === 'identity-provider') return { ...found, hops };
    // What the current address says of the account counts more than what the older one says, if it says anything.
    first = first?.status ? { ...first, hops } : { ...found, hops };
  }
  if (trouble) throw trouble;
  return first ?? failed([], 0, 'no address of the legacy login is configured');
}

/** Whether DNS knows the name of a server no longer. */
function isGone(error: FlexSsoError): boolean {
  const cause = error.cause instanceof Error ? error.cause.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND';
}

const begin = (services: Services, redirectUrl: string, ask = false): Walk => ({
  ...services,
  redirectUrl,
  signal: AbortSignal.timeout(timeLimitMs),
  hops: [],
  askLoginPage: ask,
});

async function inTime(walk: Walk, follow: () => Promise<Probe>): Promise<Probe> {
  try {
    return await follow();
  } catch (error) {
    const last = walk.hops.at(-1);
    if (last && walk.signal.aborted && !(error instanceof FlexSsoError))
      throw noAnswer(serverAt(walk.endpoints, last.url), walk.signal.reason, timeLimitMs);
    throw error;
  }
}

async function send({ http, signal, hops }: Walk, request: HttpRequest): Promise<HttpResponse> {
  const hop: Hop = { method: request.method ?? 'GET', url: withoutQuery(request.url), status: 0 };
  hops.push(hop);
  const response = await http({ ...request, signal });
  hop.status = response.status;
  return response;
}

async function startLegacy(walk: Walk, address: string): Promise<Probe> {
  const response = await send(walk, {
    method: 'POST',
    url: address,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    expects: { json: ['location'] },
    body: JSON.stringify({ products: ['flex'], resource: walk.redirectUrl }),
  });
  if (!isGood(response)) return refused(walk, response);
  const body = jsonOf(response);
  const location = typeof body === 'object' && body !== null && 'location' in body ? body.location : undefined;
  if (typeof location !== 'string' || !URL.canParse(location))
    return failed(walk.hops, response.status, 'the legacy login answered without a location');
  const arrived = await arrival(walk, response.status, findSamlRequest(location), location);
  return arrived ?? follow(walk, location);
}

async function follow(walk: Walk, start: string): Promise<Probe> {
  const { endpoints, hops, redirectUrl } = walk;
  let url = toPublic(endpoints, start);
  for (let hop = 0; hop < maxHops; hop++) {
    const response = await send(walk, { url, headers: { accept: 'text/html,application/json' }, expects: 'login' });
    const { status } = response;
    const server = serverAt(endpoints, url);
    const location = status >= 300 && status < 400 ? response.headers.location : undefined;
    if (location === undefined) {
      const arrived = await arrival(walk, status, findSamlRequest(response.text, url), response.text);
      if (arrived) return arrived;
      // Flex refuses in JSON; a page without a request for the identity provider may be anybody's.
      // Entra says it on a page if Flex sends people there without a request.
      if (!isRefusal(response) && server.system !== 'login') throw foreignAnswer(server, textInWords(response));
      return refused(walk, response);
    }
    const next = redirectedTo(endpoints, url, location);
    if (next === undefined) return failed(hops, status, 'it redirects to no URL');
    const arrived = await arrival(walk, status, findSamlRequest(next), next);
    if (arrived) return arrived;
    url = next;
    const { host, protocol, searchParams } = new URL(url);
    const isAtFlex = locate(endpoints, url) !== undefined && protocol === 'https:';
    if (url.startsWith(redirectUrl) || (isAtFlex && searchParams.has('error')))
      return failed(hops, status, cameBack(searchParams));
    // Without a request for the identity provider Flex sends nobody elsewhere: nothing is asked for there.
    if (!isAtFlex) throw foreignAnswer(server, `it leads to ${host || protocol} (HTTP ${status})`);
  }
  return failed(hops, 0, `the login was redirected more than ${maxHops} times`);
}

/** What there is to say where the login has come to the identity provider; `urlOrPage` is what carried the message. */
async function arrival(
  walk: Walk,
  status: number,
  request: SamlRequest | undefined,
  urlOrPage: string,
): Promise<Probe | undefined> {
  if (!request) return undefined;
  const { endpoints, hops, signal } = walk;
  let authnRequest: ReturnType<typeof decodeAuthnRequest>;
  try {
    authnRequest = decodeAuthnRequest(request);
  } catch (error) {
    if (error instanceof FlexSsoError) return { ...failed(hops, status, error.message), unreadable: true };
    throw error;
  }
  const ssoUrl = toPublic(endpoints, request.ssoUrl);
  const signed = isSigned(request, urlOrPage);
  const arrived = { reached: 'identity-provider', hops, ssoUrl, authnRequest, signed } as const;
  if (!walk.askLoginPage) return arrived;
  const loginPage = await askLoginPage(walk, { request, url: urlOrPage, signal });
  return { ...arrived, hops: [...hops, ...loginPage.hops], loginPage };
}

/** In a URL the signature stands beside the message, in a form inside it. */
const isSigned = ({ binding, message }: SamlRequest, urlOrPage: string): boolean =>
  binding === 'HTTP-Redirect'
    ? new URL(urlOrPage).searchParams.has('Signature')
    : /<(\w+:)?Signature[\s>]/.test(Buffer.from(message, 'base64').toString('utf8'));

function cameBack(parameters: URLSearchParams): string {
  const said = [parameters.get('error'), parameters.get('error_description')].filter(Boolean).join(': ');
  return said || 'the login came back without asking an identity provider';
}

function refused({ hops }: Walk, response: HttpResponse): Failure {
  const { status, code, message } = refusalOf(response);
  return { ...failed(hops, status, message), ...(code !== undefined && { code }) };
}

const failed = (hops: readonly Hop[], status: number, message: string): Failure => ({
  reached: 'error',
  hops,
  status,
  message: shortened(message),
});
