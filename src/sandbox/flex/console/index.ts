import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { SandboxHost } from '../../host.js';
import { misconfigure } from '../../misconfigure.js';
import { hostedFlexUrl, legacyKept } from '../connections.js';
import { type Html, htmlPage } from '../page.js';
import { twilioSystem } from '../system.js';
import { actions } from './actions.js';
import { editPage, savedPage, switchPage } from './connection-pages.js';
import type { Typed } from './form.js';
import {
  enterIdentityProviderDataPage,
  selectSetupTypePage,
  setUpIdentityProviderPage,
  startPage,
  validatePage,
} from './setup-pages.js';

const singleSignOn = '/us1/develop/flex/users-and-access/single-sign-on';
const overview = '/us1/develop/flex/overview';

/** console.twilio.com: the Single sign-on page with the guide's own labels, and Flex overview. Nobody has to log in. */
export function consoleSystem(host: SandboxHost): Hono {
  const system = twilioSystem();

  system.get('/', c => c.redirect(host.toLocal(`https://console.twilio.com${singleSignOn}`)));

  system.get(overview, c =>
    c.html(
      htmlPage(
        'Flex overview',
        html`<h1>Flex overview</h1>
<section>
<p><a class="button" href="${loginUrl(host)}">Log in with SSO</a></p>
<p><a href="users-and-access/single-sign-on">Single sign-on (SSO)</a></p>
</section>`,
      ),
    ),
  );

  system.get(singleSignOn, c => c.html(htmlPage('Single sign-on (SSO)', render(host, c.req.query('view') ?? ''))));

  system.post(singleSignOn, async c => {
    const body = await c.req.parseBody();
    const typed = Object.fromEntries(
      Object.entries(body).filter((field): field is [string, string] => typeof field[1] === 'string'),
    );
    const action = typed.action ?? '';
    const pageBefore = host.world.account.consolePage;
    const wrong = Object.hasOwn(actions, action) ? actions[action]?.(host, typed) : 'This button is not known.';
    if (wrong !== undefined) {
      const page = render(host, viewOf(host, action), { typed, error: wrong });
      return c.html(htmlPage('Single sign-on (SSO)', page), 400);
    }
    // A connection that is complete from here on can be misconfigured, and one that is finished can be switched off again.
    if (pageBefore !== host.world.account.consolePage) await misconfigure(host);
    host.save();
    return c.redirect(host.toLocal(`https://console.twilio.com${singleSignOn}`), 303);
  });

  return system;
}

/** The page as it stands, or another view of it; with what was typed and why it was not taken. */
function render(host: SandboxHost, view: string, refused?: { typed: Typed; error: string }): Html {
  const { account } = host.world;
  const connection = account.connections.at(-1);
  if (connection && view === 'edit') return editPage(connection, refused?.typed, refused?.error);
  if (connection && view === 'switch' && account.consolePage === 'saved' && legacyKept(account))
    return switchPage(account, connection, refused?.error);
  if (account.consolePage === 'select-setup-type') return selectSetupTypePage(refused?.error);
  if (!connection || account.consolePage === 'start') return startPage(account);
  if (account.consolePage === 'set-up-identity-provider') return setUpIdentityProviderPage(connection, refused?.error);
  if (account.consolePage === 'enter-identity-provider-data')
    return enterIdentityProviderDataPage(connection, refused?.typed, refused?.error);
  if (account.consolePage === 'validate') return validatePage(loginUrl(host), refused?.error);
  return savedPage(account, connection);
}

/** Where a button was that could not do its work. */
function viewOf({ world: { account } }: SandboxHost, action: string): string {
  if (action === 'save' && account.consolePage !== 'enter-identity-provider-data') return 'edit';
  return action === 'switch-connection' || action === 'confirm' ? 'switch' : '';
}

/** Flex, through the connection that waits to be validated where there is one. */
function loginUrl({ world: { account }, toLocal }: SandboxHost): string {
  const url = new URL(hostedFlexUrl(account));
  const connection = account.connections.at(-1);
  if (account.consolePage === 'validate' && connection) url.searchParams.set('ssoProfileSid', connection.name);
  return toLocal(url.href);
}
