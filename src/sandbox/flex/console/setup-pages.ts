import { html } from 'hono/html';
import type { EnhancedConnection, FlexAccount } from '../account.js';
import type { Html } from '../page.js';
import { checkbox, form, radioButton, shownField, type Typed, viewButton } from './form.js';
import { settingsFields, typedSettings } from './settings.js';

/** The Entity ID and the ACS URL, to be copied. */
export function serviceProviderFields({ entityId, acsUrl }: { entityId: string; acsUrl: string }): Html {
  return html`${shownField('Entity ID', entityId)}${shownField('ACS URL', acsUrl)}`;
}

export function startPage(account: FlexAccount): Html {
  return html`<h1>Single sign-on (SSO)</h1>
<section>
<h2>New SSO Solution Available</h2>
<p>Migrate your SSO connection to a solution with enhanced security that uses OAuth 2.0.</p>
${form('start-setup', 'Start setup', html``)}
</section>
<section>
<h2>Your connection</h2>
<p>Your agents log in through the legacy connection.</p>
${serviceProviderFields(account.legacy)}
</section>
${account.connections.map(() => viewButton('edit', 'Edit'))}`;
}

export function selectSetupTypePage(error?: string): Html {
  return html`<h1>Select setup type</h1>
<section>
${form(
  'continue',
  'Continue',
  html`<fieldset><legend>Setup type</legend>
${radioButton('Modify existing SSO connection', 'setupType', 'modify')}
${radioButton('Create new SSO connection', 'setupType', 'new')}
</fieldset>`,
  error,
)}
</section>
${cancel}`;
}

export function setUpIdentityProviderPage(connection: EnhancedConnection, error?: string): Html {
  return html`<h1>Set up your identity provider</h1>
<section>
<p>Your IdP administrator enters these values in ${
    connection.setupType === 'modify' ? 'the existing application' : 'a new application'
  } of your identity provider.</p>
${serviceProviderFields(connection)}
${form('save-and-continue', 'Save and Continue', checkbox('I confirm that the values have been updated', 'confirmed'), error)}
</section>
${viewButton('edit', 'Edit')}
${cancel}`;
}

export function enterIdentityProviderDataPage(connection: EnhancedConnection, typed?: Typed, error?: string): Html {
  return html`<h1>Enter identity provider data</h1>
<section>
${form('save', 'Save', settingsFields('new', typed ?? typedSettings(connection)), error)}
</section>
${cancel}`;
}

/** `loginUrl` leads to Flex through the connection that is being set up. */
export function validatePage(loginUrl: string, error?: string): Html {
  return html`<h1>Validate successful connection in Flex</h1>
<section>
<p>Log in as a user who has access to the application in your identity provider, then finish.</p>
<p><a class="button" href="${loginUrl}">Log in with SSO</a></p>
${form('finish', 'Finish', html``, error)}
</section>
${viewButton('edit', 'Edit')}
${cancel}`;
}

const cancel = html`<form method="post" action="single-sign-on">
<button class="quiet" name="action" value="cancel-setup">Cancel setup</button>
</form>`;
