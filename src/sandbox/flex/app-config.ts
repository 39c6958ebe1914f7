import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editOauth, type OauthConfiguration, readOauth } from '../../flex/app-config.js';
import type { EnhancedConnection, FlexAccount } from './account.js';
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

/** Has the appconfig.js of a self-hosted Flex UI next to the world. */
export function keepAppConfig(dir: string, { hosting }: FlexAccount): void {
  const file = appConfigIn(dir);
  if (hosting === 'self-hosted' && !existsSync(file)) writeFileSync(file, fresh);
}

/** Makes in it what a break of that name is to make wrong there. */
export function breakAppConfig(dir: string, { hosting, connections }: FlexAccount, name: string): void {
  const connection = connections.at(-1);
  if (hosting !== 'self-hosted' || !connection) return;
  const file = appConfigIn(dir);
  const text = readFileSync(file, 'utf8');
  const oauth = misconfigurations[name]?.(readOauth(text), connection);
  if (oauth !== undefined) writeFileSync(file, editOauth(text, oauth));
}
