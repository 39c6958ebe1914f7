import type { Endpoints } from '../../endpoints.js';
import { inputError } from '../../errors.js';
import type { Http } from '../../http.js';
import type { Migration } from '../../migration/state.js';
import { cloudOfLogin, ownUrl } from './cloud.js';

interface Circumstances {
  http: Http;
  endpoints: Endpoints;
  environment: Readonly<Record<string, string | undefined>>;
}

/** They stand for whose tenant it is. */
const anyTenant = ['common', 'organizations', 'consumers'];

/**
 * The Entra tenant to sign in to: the answer, else AZURE_TENANT_ID, else the one that the legacy login leads to. Throws an input error
 * where the last two are not the same, or are in different clouds: nothing is ever looked for in the wrong one.
 */
export async function chooseTenant(
  at: Circumstances,
  { answers, facts }: Pick<Migration, 'answers' | 'facts'>,
): Promise<string | undefined> {
  const { legacy } = facts;
  if (legacy) refuseOtherCloud(at.endpoints, legacy.ssoUrl);
  if (answers.tenant) return answers.tenant;
  const named = at.environment.AZURE_TENANT_ID;
  const seen = legacy?.tenantId;
  if (!named || (seen && anyTenant.includes(named.toLowerCase()))) return seen ?? named;
  if (!seen || (await isSame(at.http, named, seen))) return named;
  throw inputError(
    'tenant-mismatch',
    `AZURE_TENANT_ID names the Entra tenant ${named}, but your agents log in through the tenant ${seen}.`,
    `Set AZURE_TENANT_ID to ${seen}. If flex-sso is to work in ${named} all the same, say so with \`--tenant ${named}\`.`,
  );
}

async function isSame(http: Http, named: string, id: string): Promise<boolean> {
  if (named.toLowerCase() === id.toLowerCase()) return true;
  if (!named.includes('.')) return false;
  // A domain: the issuer of its tenant has the id.
  const { text } = await http({
    url: `https://login.microsoftonline.com/${encodeURIComponent(named)}/v2.0/.well-known/openid-configuration`,
    expects: { json: ['issuer'] },
  });
  const { issuer }: { issuer?: unknown } = JSON.parse(text);
  return String(issuer).toLowerCase().includes(`/${id.toLowerCase()}/`);
}

function refuseOtherCloud(endpoints: Endpoints, ssoUrl: string): void {
  const [ours, its] = [cloudOfLogin(ownUrl(endpoints, 'login')), cloudOfLogin(ssoUrl)];
  if (!ours || !its || ours === its) return;
  const others = its === 'us-government' ? '`--cloud us-government` or `--cloud us-dod`' : `\`--cloud ${its}\``;
  throw inputError(
    'cloud-mismatch',
    `Your agents log in at ${ssoUrl}, which is in another Microsoft cloud than the one that flex-sso talks to.`,
    `Run again with ${others}.`,
  );
}
