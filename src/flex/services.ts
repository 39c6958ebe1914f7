import type { Endpoints } from '../endpoints.js';
import type { Http } from '../http.js';

/** What a request to Flex or to the identity provider goes through. */
export interface Services {
  http: Http;
  endpoints: Endpoints;
}

/** A URL as it may be shown and kept: queries hold messages, codes and states. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
