import type { INetworkModule } from '@azure/msal-node';
import type { Http } from '../../http.js';

/** OAuth's error code, and Entra's words. */
export interface OAuthRefusal {
  error: string;
  description: string;
}

/** MSAL's requests, carried by ours. */
export interface Network {
  client: INetworkModule;
  /** Why the last request did not arrive: MSAL puts an error of its own in its place. */
  failure(): unknown;
  /** What the last answer was refused with, which MSAL leaves out of its error for device codes. */
  refusal(): OAuthRefusal | undefined;
}

/** What Entra's answers to MSAL hold: a token, a code for another device, or where to ask for them. */
const expects = { json: ['access_token', 'device_code', 'token_endpoint', 'tenant_discovery_endpoint'] };

export function createNetwork(http: Http, signal: AbortSignal | undefined): Network {
  let failure: unknown;
  let refusal: OAuthRefusal | undefined;

  async function send<T>(
    method: string,
    url: string,
    options: { headers?: Record<string, string>; body?: string } = {},
  ) {
    failure = undefined;
    refusal = undefined;
    try {
      const { headers = {}, body } = options;
      const answer = await http({ method, url, headers, ...(body !== undefined && { body }), expects, signal });
      const parsed: unknown = JSON.parse(answer.text);
      refusal = refusalIn(parsed);
      return { status: answer.status, headers: answer.headers, body: parsed as T };
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  return {
    client: {
      sendGetRequestAsync: <T>(url: string, options?: { headers?: Record<string, string>; body?: string }) =>
        send<T>('GET', url, options),
      sendPostRequestAsync: <T>(url: string, options?: { headers?: Record<string, string>; body?: string }) =>
        send<T>('POST', url, options),
    },
    failure: () => failure,
    refusal: () => refusal,
  };
}

function refusalIn(body: unknown): OAuthRefusal | undefined {
  const { error, error_description: description = '' } = (body ?? {}) as Record<string, unknown>;
  return typeof error === 'string' && error ? { error, description: String(description) } : undefined;
}
