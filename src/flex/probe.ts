import { type Endpoints, toEndpoint, toPublic } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import type { Http, HttpResponse } from '../http.js';
import { decodeAuthnRequest, findSamlRequest, type SamlRequest } from '../saml/authn-request.js';
import { isGood, jsonOf, refusalOf, shortened } from './answer.js';
import type { Probe } from './client.js';
import { beginLogin } from './login.js';

interface Services {
  http: Http;
  endpoints: Endpoints;
}

type Failure = Extract<Probe, { reached: 'error' }>;

const maxHops = 10;

/** Starts a login through an enhanced connection, with no credentials, and follows it up to the identity provider. */
export function probe(services: Services, connectionName: string, redirectUrl: string): Promise<Probe> {
  return follow(services, beginLogin(connectionName, redirectUrl).url, redirectUrl);
}

/** The same through the legacy connection, at whichever of its two addresses answers. */
export async function probeLegacy(services: Services, accountSid: string, redirectUrl: string): Promise<Probe> {
  const addresses = [
    services.endpoints.iam && `https://iam.twilio.com/v1/Accounts/${accountSid}/authenticate`,
    services.endpoints['iam-preview'] && `https://preview.twilio.com/iam/Accounts/${accountSid}/authenticate`,
  ].filter(address => address !== undefined);
  let first: Failure | undefined;
  for (const address of addresses) {
    const found = await startLegacy(services, address, redirectUrl);
    if (found.reached === 'identity-provider') return found;
    // What the current address says of the account counts more than what the older one says, if it says anything.
    if (!first?.status) first = found;
  }
  return first ?? failed(0, 'no address of the legacy login is configured');
}

async function startLegacy(services: Services, address: string, redirectUrl: string): Promise<Probe> {
  let response: HttpResponse;
  try {
    response = await services.http({
      method: 'POST',
      url: address,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ products: ['flex'], resource: redirectUrl }),
    });
  } catch (error) {
    // Either address may be switched off for good.
    if (error instanceof FlexSsoError && error.code === 'unreachable') return failed(0, error.message);
    throw error;
  }
  if (!isGood(response)) return { reached: 'error', ...refused(response) };
  const body = jsonOf(response);
  const location = typeof body === 'object' && body !== null && 'location' in body ? body.location : undefined;
  if (typeof location !== 'string' || !URL.canParse(location))
    return failed(response.status, 'the legacy login answered without a location');
  return arrival(services, response.status, findSamlRequest(location)) ?? follow(services, location, redirectUrl);
}

async function follow({ http, endpoints }: Services, start: string, redirectUrl: string): Promise<Probe> {
  let url = toPublic(endpoints, start);
  for (let hop = 0; hop < maxHops; hop++) {
    // Elsewhere than at Twilio and the identity provider nothing is asked for, and never in the clear.
    if (new URL(url).protocol !== 'https:') return failed(0, `the login leads to ${shortened(url)}`);
    const response = await http({ url, headers: { accept: 'text/html,application/json' } });
    const { status } = response;
    const location = status >= 300 && status < 400 ? response.headers.location : undefined;
    if (location === undefined) {
      const form = findSamlRequest(response.text, url);
      return arrival({ http, endpoints }, status, form) ?? { reached: 'error', ...refused(response) };
    }
    if (!URL.canParse(location, toEndpoint(endpoints, url))) return failed(status, 'it redirects to no URL');
    const next = new URL(location, toEndpoint(endpoints, url)).href;
    const arrived = arrival({ http, endpoints }, status, findSamlRequest(next));
    if (arrived) return arrived;
    url = toPublic(endpoints, next);
    const { searchParams } = new URL(url);
    if (searchParams.has('error') || url.startsWith(redirectUrl)) return failed(status, cameBack(searchParams));
  }
  return failed(0, `the login was redirected more than ${maxHops} times`);
}

function arrival({ endpoints }: Services, status: number, request: SamlRequest | undefined): Probe | undefined {
  if (!request) return undefined;
  try {
    const ssoUrl = toPublic(endpoints, request.ssoUrl);
    return { reached: 'identity-provider', ssoUrl, authnRequest: decodeAuthnRequest(request) };
  } catch (error) {
    if (error instanceof FlexSsoError) return failed(status, error.message);
    throw error;
  }
}

function cameBack(parameters: URLSearchParams): string {
  const said = [parameters.get('error'), parameters.get('error_description')].filter(Boolean).join(': ');
  return said || 'the login came back without asking an identity provider';
}

function refused(response: HttpResponse): { status: number; code?: number; message: string } {
  const { status, code, message } = refusalOf(response);
  return { status, message, ...(code !== undefined && { code }) };
}

const failed = (status: number, message: string): Failure => ({
  reached: 'error',
  status,
  message: shortened(message),
});
