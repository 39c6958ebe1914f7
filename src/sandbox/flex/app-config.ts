import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editOauth, type OauthConfiguration, readOauth } from '../../flex/app-config.js';
import type { SandboxHost } from '../host.js';
import type { EnhancedConnection } from './account.js';
import { sid } from './sids.js';

const fresh = `// The appconfig.js of the sandbox's self-hosted Flex UI.
var appConfig = {
  pluginService: { enabled: true, url: '/plugins' },
  logLevel: 'info'
};
`;

/** What the oauth object becomes; undefined where the file stays as it is. */
type Edit = (held: OauthConfiguration | null, connection: EnhancedConnection) => OauthConfiguration | null | undefined;

const misconfigurations: Readonly<Record<string, Edit>> = {
  'oauth-missing': () => null,
  'oauth-other-connection': held => held && { ...held, connection: sid('JQ', 'an earlier appconfig.js') },
  'oauth-other-redirect': held => held && { ...held, redirectUrl: 'https://old-flex.contoso.example' },
  'oauth-too-early': (held, { name, clientId, defaultRedirectUrl }) =>
    held
      ? undefined
      : { connection: name, clientId, redirectUrl: defaultRedirectUrl || 'https://flex.contoso.example' },
};

export const appConfigIn = (dir: string): string => path.join(dir, 'appconfig.js');

/** Has the appconfig.js of a self-hosted Flex UI beside the world, and makes in it what is to be wrong there. */
export function keepAppConfig(
  dir: string,
  { world: { account }, breaks }: Pick<SandboxHost, 'world' | 'breaks'>,
): void {
  const file = appConfigIn(dir);
  if (account.hosting !== 'self-hosted') return;
  if (!existsSync(file)) writeFileSync(file, fresh);
  const connection = account.connections.at(-1);
  for (const name of breaks) {
    const text = readFileSync(file, 'utf8');
    const oauth = connection && misconfigurations[name]?.(readOauth(text), connection);
    if (oauth !== undefined) writeFileSync(file, editOauth(text, oauth));
  }
}
