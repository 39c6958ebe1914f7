import { type Cloud, clouds, type Endpoints } from '../../endpoints.js';
import type { Migration } from '../../migration/state.js';
import type { GraphReader } from './client.js';

/**
 * What Entra or Graph calls itself, to be named in tokens and references: its own host, and the public one of its cloud where the
 * endpoint is a test's server or something in between, which only carries the requests.
 */
export function ownUrl(endpoints: Endpoints, system: 'login' | 'graph'): string {
  const url = endpoints[system];
  const isHost = url && new URL(url).origin === url && url.startsWith('https:');
  return isHost ? url : clouds[endpoints.cloud ?? 'global'][system];
}

/** Every application of the tenant, in the Entra admin center of a cloud. */
export const enterpriseApplicationsPage = (cloud: Cloud): string =>
  `${clouds[cloud].entra}/#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview`;

/** The cloud that a migration works in: what was answered, else the one whose Graph it talks to. */
export function cloudOf({ answers }: Pick<Migration, 'answers'>, graph: Pick<GraphReader, 'urlOf'>): Cloud {
  if (answers.cloud) return answers.cloud;
  const origin = new URL(graph.urlOf('/')).origin;
  const names = Object.keys(clouds) as Cloud[];
  return names.find(name => clouds[name].graph === origin) ?? 'global';
}

/** The cloud that a sign-in URL belongs to; the two of the US government share theirs. */
export function cloudOfLogin(url: string): 'global' | 'us-government' | 'china' | undefined {
  const host = URL.canParse(url) ? new URL(url).host : '';
  if (host === new URL(clouds.global.login).host || host === 'login.windows.net') return 'global';
  if (host === new URL(clouds['us-government'].login).host) return 'us-government';
  return ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'].includes(host) ? 'china' : undefined;
}
