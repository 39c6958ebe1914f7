import type { INetworkModule } from '@azure/msal-node';
import type { Http } from '../../http.js';

/** MSAL's requests, carried by ours. */
export interface Network {
  client: INetworkModule;
  /** Why the last request did not arrive: MSAL puts an error of its own in its place. */
  failure(): unknown;
}

export function createNetwork(http: Http, signal: AbortSignal | undefined): Network {
  let failure: unknown;

  async function send<T>(
    method: string,
    url: string,
    options: { headers?: Record<string, string>; body?: string } = {},
  ) {
    failure = undefined;
    try {
      const { headers = {}, body } = options;
      const answer = await http({ method, url, headers, ...(body !== undefined && { body }), signal });
      return { status: answer.status, headers: answer.headers, body: asJson(answer.text, answer.status) as T };
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
  };
}

function asJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {
      error: 'unreadable_answer',
      error_description: `The sign-in service answered HTTP ${status} without JSON.`,
    };
  }
}
