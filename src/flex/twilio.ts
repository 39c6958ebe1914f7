import { setTimeout as wait } from 'node:timers/promises';
import type { Twilio } from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { type Endpoints, locate, publicEndpoints } from '../endpoints.js';
import { FlexSsoError } from '../errors.js';
import type { Http, HttpResponse } from '../http.js';
import { type Server, serverAt } from '../network-trouble.js';
import { oddAnswer, refused } from './answer.js';

/** Account SID and auth token, or API key and secret. */
export interface TwilioCredentials {
  username: string;
  password: string;
}

/** Hears of every wait for a busy Twilio, in milliseconds: why, as the beginning of a sentence, and how many minutes it tries again. */
export type OnBusy = (message: string, milliseconds: number, minutes: number) => void;

/** The Twilio SDK, sending through our HTTP so that endpoints and trace apply to it. */
export async function createTwilio(options: {
  http: Http;
  endpoints: Endpoints;
  accountSid: string;
  credentials: TwilioCredentials;
  onBusy?: OnBusy | undefined;
}): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const { username, password } = options.credentials;
  return twilio(username, password, {
    accountSid: options.accountSid,
    httpClient: requestClient(options),
    // Empty, not absent: else TWILIO_REGION, TWILIO_EDGE and TWILIO_LOG_LEVEL would move hosts or print requests.
    region: '',
    edge: '',
    logLevel: '',
  });
}

/** Awaits the SDK; what it throws becomes an error for a reader. `what` was tried, as in "read the Flex configuration". */
export async function asking<T>(server: Server, what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof FlexSsoError || !(error instanceof Error)) throw error;
    if ('status' in error && typeof error.status === 'number') {
      const code = 'code' in error && typeof error.code === 'number' && error.code > 0 ? error.code : undefined;
      throw refused(what, { status: error.status, code, message: error.message || `HTTP ${error.status}` }, error);
    }
    // The SDK parses without looking: an answer that is no JSON, or no object, ends like this.
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw oddAnswer(server, what, 'what came cannot be read', error);
    throw error;
  }
}

function requestClient({
  http,
  endpoints,
  onBusy,
}: {
  http: Http;
  endpoints: Endpoints;
  onBusy?: OnBusy | undefined;
}): RequestClient {
  const client: Pick<RequestClient, 'request'> = {
    async request<T>(options: RequestClient.RequestOptions) {
      const url = new URL(options.uri);
      for (const [name, value] of Object.entries(options.params ?? {})) url.searchParams.set(name, String(value));
      // Pages name the next page themselves; the credentials follow them to Twilio alone.
      const system = locate(endpoints, url.href)?.system;
      if (system !== 'flex-api' && system !== 'taskrouter')
        throw oddAnswer(
          serverAt(endpoints, publicEndpoints.taskrouter),
          'list records',
          `the next page is at ${url.host}`,
        );
      const basic = Buffer.from(`${options.username ?? ''}:${options.password ?? ''}`).toString('base64');
      const server = serverAt(endpoints, url.href).words;
      const response = await patiently(
        () =>
          http({
            method: options.method.toUpperCase(),
            url: url.href,
            headers: { ...options.headers, authorization: `Basic ${basic}` },
            expects: 'json',
          }),
        wait => onBusy?.(`${server} is busy`, wait, minutes),
      );
      return { statusCode: response.status, headers: response.headers, body: response.text as T };
    },
  };
  // The SDK calls nothing else of it; its own class would open a pool of connections that nobody uses.
  return client as RequestClient;
}

const maxAttempts = 5;
const maxWaitSeconds = 30;
const minutes = ((maxAttempts - 1) * maxWaitSeconds) / 60;

/** Repeats a read that is throttled, after the time that Twilio asks for. */
async function patiently(
  read: () => Promise<HttpResponse>,
  onWait: (milliseconds: number) => void,
): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await read();
    if (response.status !== 429 || attempt === maxAttempts) return response;
    const asked = Number(response.headers['retry-after'] ?? Number.NaN);
    const milliseconds = 1000 * Math.min(Number.isFinite(asked) ? asked : 2 ** attempt / 4, maxWaitSeconds);
    onWait(milliseconds);
    await wait(milliseconds);
  }
}
