import type { SandboxHost } from '../../host.js';
import { beginSetup, legacyKept } from '../connections.js';
import type { Typed } from './form.js';
import { saveSettings } from './settings.js';

/** Does what a button says; answers what is wrong where it cannot be done. */
type Action = (host: SandboxHost, typed: Typed) => string | undefined;

/** Every button of the Single sign-on page, by its action. */
export const actions: Readonly<Record<string, Action>> = {
  'start-setup': ({ world: { account } }) => {
    account.consolePage = 'select-setup-type';
    return undefined;
  },

  'cancel-setup': ({ world: { account } }) => {
    account.consolePage = 'start';
    return undefined;
  },

  continue: ({ world: { account } }, { setupType }) => {
    if (setupType !== 'modify' && setupType !== 'new') return 'Select a setup type.';
    beginSetup(account, setupType);
    account.consolePage = 'set-up-identity-provider';
    return undefined;
  },

  'save-and-continue': ({ world: { account } }, { confirmed }) => {
    const connection = account.connections.at(-1);
    if (confirmed !== 'on' || !connection) return 'Confirm that the values have been updated.';
    if (connection.setupType === 'modify') connection.identityProviderData = { ...account.legacy.identityProviderData };
    account.consolePage = connection.setupType === 'modify' ? 'validate' : 'enter-identity-provider-data';
    return undefined;
  },

  save: ({ world: { account }, toPublic }, typed) => {
    const connection = account.connections.at(-1);
    const wrong = connection ? saveSettings(connection, typed, toPublic) : 'There is no connection.';
    if (!wrong && account.consolePage === 'enter-identity-provider-data') account.consolePage = 'validate';
    return wrong;
  },

  finish: ({ world: { account } }) => {
    const connection = account.connections.at(-1);
    if (account.consolePage !== 'validate' || !connection) return 'The setup is not complete.';
    connection.active = true;
    connection.finishedAt = new Date().toISOString();
    account.consolePage = 'saved';
    return undefined;
  },

  'switch-connection': ({ world: { account } }, { confirmed }) => {
    const connection = account.connections.at(-1);
    if (confirmed !== 'on' || !connection)
      return 'Confirm that your Flex application reflects the Legacy Flex SSO connection.';
    if (!legacyKept(account)) return 'The legacy connection details are no longer kept.';
    connection.active = false;
    delete connection.finishedAt;
    account.consolePage = 'start';
    return undefined;
  },

  confirm: ({ world: { account } }) => {
    const connection = account.connections.at(-1);
    if (!connection || !legacyKept(account)) return 'The legacy connection details are no longer kept.';
    connection.active = !connection.active;
    // The guide does not say whether the 30 days begin again. What was in use a moment ago is kept from now on.
    if (connection.active) connection.finishedAt = new Date().toISOString();
    return undefined;
  },
};
