import { html } from 'hono/html';
import type { EnhancedConnection, FlexAccount } from '../account.js';
import { legacyKept } from '../connections.js';
import type { Html } from '../page.js';
import { checkbox, form, type Typed, viewButton } from './form.js';
import { settingsFields, typedSettings } from './settings.js';
import { serviceProviderFields } from './setup-pages.js';

/** The page after "Finish". A modified connection has taken the legacy one's place; a new one is beside it. */
export function savedPage(account: FlexAccount, connection: EnhancedConnection): Html {
  const since = connection.finishedAt?.slice(0, 10);
  return html`<h1>Single sign-on (SSO)</h1>
<section>
<h2>New connection saved</h2>
<p>Your setup was finished on ${since}. Flex keeps the details of the legacy connection for 30 days from then.</p>
${legacyKept(account) && html`<p>If logins fail, you can <a href="?view=switch">${switchLabel(connection)}</a>.</p>`}
</section>
<section>
<h2>${connection.friendlyName} (OAuth 2.0)</h2>
<p>${connection.active ? 'Active' : 'Inactive'}</p>
${serviceProviderFields(connection)}
${viewButton('edit', 'Edit')}
</section>
${
  connection.setupType === 'new' &&
  html`<section>
<h2>Legacy connection</h2>
<p>${connection.active ? 'Inactive' : 'Active'}</p>
${serviceProviderFields(account.legacy)}
</section>`
}`;
}

/** What stands behind "switch back": a page where the IdP must change too, else a dialog. */
export function switchPage(account: FlexAccount, connection: EnhancedConnection, error?: string): Html {
  return connection.setupType === 'modify' ? revertPage(account, error) : switchDialog(connection, error);
}

export function editPage(connection: EnhancedConnection, typed?: Typed, error?: string): Html {
  return html`<h1>Edit ${connection.friendlyName}</h1>
<section>
${form('save', 'Save', settingsFields(connection.setupType, typed ?? typedSettings(connection)), error)}
</section>`;
}

function revertPage(account: FlexAccount, error?: string): Html {
  return html`<h1>Revert SSO connection</h1>
<section>
<h2>Legacy Flex SSO</h2>
<p>Your IdP administrator enters these values in your application again.</p>
${serviceProviderFields(account.legacy)}
${form(
  'switch-connection',
  'Switch connection',
  checkbox('I confirm that my Flex application reflects the Legacy Flex SSO connection', 'confirmed'),
  error,
)}
</section>`;
}

function switchDialog({ active }: EnhancedConnection, error?: string): Html {
  return html`<div role="dialog" aria-labelledby="dialog-title">
<h2 id="dialog-title">Switch to OAuth 2.0 SSO Connection</h2>
<p>Flex will log people in through the ${active ? 'legacy' : 'OAuth 2.0'} connection.</p>
${form('confirm', 'Confirm', html``, error)}
</div>`;
}

const switchLabel = ({ active }: EnhancedConnection) =>
  active ? 'switch back to legacy connection' : 'switch back to OAuth 2.0 connection';
