import type { Application, Directory, ServicePrincipal, User } from './entra/directory.js';
import type { EnhancedConnection, FlexAccount } from './flex/account.js';
import type { World } from './host.js';

/** What a misconfiguration touches: the enhanced connection, the application behind it, and who logs in. */
export interface Setting {
  directory: Directory;
  account: FlexAccount;
  connection: EnhancedConnection;
  application: Application;
  servicePrincipal: ServicePrincipal;
  user: User;
}

export type Misconfiguration = (setting: Setting) => void | Promise<void>;

/** Undefined where there is no enhanced connection, or no application that it logs in through. */
export function settingOf({ directory, account }: World): Setting | undefined {
  const connection = account.connections.at(-1);
  const application = directory.applications.find(
    ({ identifierUris, web }) =>
      identifierUris.includes(connection?.entityId ?? '') || web.redirectUris.includes(connection?.acsUrl ?? ''),
  );
  const servicePrincipal = directory.servicePrincipals.find(({ appId }) => appId === application?.appId);
  const user = sampleUser({ directory, account });
  return connection && application && servicePrincipal && user
    ? { directory, account, connection, application, servicePrincipal, user }
    : undefined;
}

/** The person that the sandbox's front page names to log in as. */
export function sampleUser({ directory, account }: Pick<World, 'directory' | 'account'>): User | undefined {
  const worker = account.workers[0];
  return directory.users.find(
    ({ mail, userPrincipalName }) =>
      worker && (userPrincipalName === worker.nameId || (mail !== null && mail === worker.attributes.email)),
  );
}
