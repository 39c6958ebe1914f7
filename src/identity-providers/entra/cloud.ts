import { type Endpoints, publicEndpoints } from '../../endpoints.js';

/**
 * What Entra or Graph calls itself, to be named in tokens and references: its own host in a national cloud, the public one where the
 * endpoint is a test's server or something in between, which only carries the requests.
 */
export function ownUrl(endpoints: Endpoints, system: 'login' | 'graph'): string {
  const url = endpoints[system];
  return url && new URL(url).origin === url && url.startsWith('https:') ? url : publicEndpoints[system];
}
