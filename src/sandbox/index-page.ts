import { html } from 'hono/html';
import { adminCenterUrl } from './entra/addresses.js';
import { hostedFlexUrl, siteUrl } from './flex/connections.js';
import { type Html, htmlPage } from './flex/page.js';
import type { SandboxHost } from './host.js';
import { sampleUser } from './setting.js';

/** What the sandbox is, where its pages are, and as whom to log in; the operator reads the last, too. */
export function indexPage({ world, toLocal }: SandboxHost): Html {
  const { account, directory } = world;
  const link = (url: string, label: string) => html`<li><a href="${toLocal(url)}">${label}</a></li>`;
  const user = sampleUser(world);
  return htmlPage(
    'Sandbox',
    html`<h1>The sandbox of flex-sso</h1>
<section>
<p>A Microsoft Entra tenant (${directory.displayName}, ${directory.users.length} people) and a Twilio account with Flex
(${account.hosting}), played on this machine, to try a whole migration without touching anything real.</p>
<ul>
${link('https://console.twilio.com/us1/develop/flex/users-and-access/single-sign-on', 'Flex Console: Single sign-on (SSO)')}
${link('https://console.twilio.com/us1/develop/flex/overview', 'Flex Console: overview')}
${link(account.hosting === 'self-hosted' ? siteUrl(account) : hostedFlexUrl(account), 'Log in to Flex')}
${link(adminCenterUrl('/', directory.cloud), 'Microsoft Entra admin center')}
</ul>
</section>
<section>
<h2>To log in</h2>
<dl>
<dt>Email</dt><dd><code id="email">${user?.userPrincipalName ?? ''}</code></dd>
<dt>Password</dt><dd><code id="password">sandbox</code></dd>
</dl>
</section>`,
  );
}
