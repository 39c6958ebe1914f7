import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { htmlPage } from '../flex/page.js';
import { loginUrl } from './addresses.js';
import type { Application } from './directory.js';
import type { Entra } from './entra.js';
import { readForm } from './form.js';
import { assertTenant } from './openid.js';
import { continuePage, errorPage, type Refusal, signIn, signInPage } from './sign-in-page.js';
import { opaque } from './tokens.js';

type Fields = Record<string, string>;

/** What comes back from the sign-in page besides the email and the password. */
const carried = [
  'client_id',
  'redirect_uri',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
];

/** `oauth2/v2.0/authorize` with its sign-in page, and the page where a device code is entered. */
export function authorizeRoutes(entra: Entra): Hono {
  const routes = new Hono();
  const path = '/:tenant/oauth2/v2.0/authorize';

  const page = (c: Context, application: Application, fields: Fields, problem?: string) => {
    const hidden = Object.fromEntries(carried.flatMap(name => (fields[name] ? [[name, fields[name]]] : [])));
    const action = entra.host.toLocal(loginUrl(`/${c.req.param('tenant')}/oauth2/v2.0/authorize`));
    const email = fields.login ?? fields.login_hint;
    return c.html(
      signInPage({ action, hidden, application: application.displayName, email, problem, mayCancel: true }),
      problem ? 400 : 200,
    );
  };

  routes.get(path, c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const fields = c.req.query();
    const application = requestedApplication(entra, fields);
    return 'code' in application ? c.html(errorPage(application), 400) : page(c, application, fields);
  });

  routes.post(path, async c => {
    assertTenant(entra.directory, c.req.param('tenant'));
    const fields = await readForm(c);
    const application = requestedApplication(entra, fields);
    if ('code' in application) return c.html(errorPage(application), 400);
    const redirectUri = fields.redirect_uri ?? '';
    const back = (answer: Fields) => {
      if (fields.response_mode === 'form_post')
        return c.html(continuePage('Back to the application', redirectUri, answer));
      const target = new URL(redirectUri);
      for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
      return c.redirect(target.href);
    };
    const state = fields.state ?? '';
    if (fields.action === 'cancel') return back({ error: 'access_denied', error_description: declined, state });
    const user = signIn(entra.directory, fields);
    if ('problem' in user) return page(c, application, fields, user.problem);
    const code = opaque();
    entra.tokens.codes.set(code, {
      caller: { clientId: application.appId, userId: user.id },
      redirectUri,
      codeChallenge: fields.code_challenge ?? '',
      nonce: fields.nonce ?? '',
    });
    return back({ code, state });
  });

  const devicePage = (c: Context, given: Fields = {}, problem?: string) =>
    c.html(
      signInPage({
        action: entra.host.toLocal(loginUrl('/common/oauth2/deviceauth')),
        hidden: {},
        application: 'the device that shows a code',
        email: given.login,
        problem,
        mayCancel: true,
        fields: html`<label class="field">Code <input name="otc" autocomplete="off" required value="${given.otc ?? ''}"></label>`,
      }),
      problem ? 400 : 200,
    );
  routes.get('/common/oauth2/deviceauth', c => devicePage(c));
  routes.post('/common/oauth2/deviceauth', async c => {
    const fields = await readForm(c);
    const wanted = fields.otc?.trim().toUpperCase();
    const code = [...entra.tokens.deviceCodes.values()].find(one => one.userCode === wanted);
    if (!code) return devicePage(c, fields, 'That code did not work. Check the code and try again.');
    if (fields.action === 'cancel') {
      code.isDeclined = true;
      return c.html(htmlPage('Declined', html`<h1>The sign-in was declined. You can close this window.</h1>`));
    }
    const user = signIn(entra.directory, fields);
    if ('problem' in user) return devicePage(c, fields, user.problem);
    code.userId = user.id;
    return c.html(htmlPage('Signed in', html`<h1>You have signed in. You can close this window.</h1>`));
  });
  return routes;
}

const declined = 'AADSTS65004: User declined to consent to access the app.';

/** The application that asks, or why it may not. */
function requestedApplication({ directory }: Entra, fields: Fields): Application | Refusal {
  const { client_id: clientId = '', redirect_uri: redirectUri = '' } = fields;
  const application = directory.applications.find(one => one.appId === clientId);
  if (!application)
    return {
      code: 700016,
      text: `Application with identifier '${clientId}' was not found in the directory '${directory.displayName}'.`,
    };
  if (!application.publicClient.redirectUris.some(registered => isSameRedirect(registered, redirectUri)))
    return {
      code: 50011,
      text: `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
    };
  if (!fields.code_challenge || fields.code_challenge_method !== 'S256')
    return { code: 9002325, text: 'Proof Key for Code Exchange is required for authorization code redemption.' };
  return application;
}

/** For http://localhost the port does not count. */
function isSameRedirect(registered: string, asked: string): boolean {
  if (registered === asked) return true;
  if (!URL.canParse(asked) || !URL.canParse(registered)) return false;
  const [a, b] = [new URL(registered), new URL(asked)];
  return (
    a.hostname === 'localhost' && a.protocol === b.protocol && a.hostname === b.hostname && a.pathname === b.pathname
  );
}
