import { html } from 'hono/html';
import { type Html, htmlPage } from '../flex/page.js';
import { errorIds } from './aadsts.js';
import type { Directory, User } from './directory.js';

/** Why a login cannot go on: Entra's number and words. */
export interface Refusal {
  code: number;
  text: string;
}

/** The password of everybody in the sandbox. */
const password = 'sandbox';

/** The page on which a person signs in. `hidden` comes back with what they typed; `action` is a local URL. */
export function signInPage(options: {
  action: string;
  hidden: Readonly<Record<string, string>>;
  /** Where the login leads. */
  application: string;
  email?: string | undefined;
  problem?: string | undefined;
  /** Further fields of the form, above the email. */
  fields?: Html;
  /** Whether it can be declined here. */
  mayCancel?: boolean;
}): Html {
  const { action, hidden, application, email = '', problem, fields = '', mayCancel } = options;
  return htmlPage(
    'Sign in',
    html`<h1>Sign in</h1>
<section>
<p>to continue to <strong>${application}</strong></p>
${problem ? html`<p role="alert">${problem}</p>` : ''}
<form method="post" action="${action}">
${hiddenFields(hidden)}${fields}
<label class="field">Email <input name="login" type="email" autocomplete="username" required value="${email}"></label>
<label class="field">Password <input name="passwd" type="password" autocomplete="current-password" required></label>
<button type="submit">Sign in</button>
${mayCancel ? html`<button class="quiet" name="action" value="cancel" formnovalidate>Cancel</button>` : ''}
</form>
<p>This is the sandbox’s Microsoft Entra. Everybody’s password is <code>${password}</code>.</p>
</section>`,
    pageId('ConvergedSignIn'),
  );
}

/** The person whom email and password belong to; else what the page says. */
export function signIn({ users }: Directory, form: Readonly<Record<string, string>>): User | { problem: string } {
  const email = (form.login ?? '').trim().toLowerCase();
  const user = users.find(one => one.userPrincipalName.toLowerCase() === email);
  if (user && form.passwd === password)
    return user.accountEnabled ? user : { problem: 'AADSTS50057: The user account is disabled.' };
  return { problem: 'AADSTS50126: Error validating credentials due to invalid username or password.' };
}

/** A form that goes on by itself where there is script, and by its button where there is none. */
export function continuePage(title: string, action: string, fields: Readonly<Record<string, string>>): Html {
  return htmlPage(
    title,
    html`<h1>${title}</h1>
<section>
<form method="post" action="${action}">
${hiddenFields(fields)}
<button type="submit">Continue</button>
</form>
</section>
<script>document.forms[0].submit()</script>`,
  );
}

/** Entra's page for a login that cannot go on. */
export function errorPage({ code, text }: Refusal): Html {
  const { traceId, correlationId, timestamp } = errorIds();
  return htmlPage(
    'Sign in to your account',
    html`<h1>Sorry, but we’re having trouble signing you in.</h1>
<section>
<p role="alert">AADSTS${code}: ${text}</p>
<dl>
<dt>Request Id</dt><dd>${traceId}</dd>
<dt>Correlation Id</dt><dd>${correlationId}</dd>
<dt>Timestamp</dt><dd>${timestamp}</dd>
</dl>
</section>`,
    pageId('ConvergedError'),
  );
}

/** What copies of Microsoft's pages have in their head. */
const pageId = (name: string) => html`<meta name="PageID" content="${name}">`;

const hiddenFields = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
