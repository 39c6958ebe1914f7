import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import { type IdentityProvider, labels } from '../../identity-providers/labels.js';
import { htmlPage } from '../flex/page.js';
import { loginUrl, metadataUrlOf } from './addresses.js';
import type { Application } from './directory.js';
import type { Entra } from './entra.js';
import { readForm } from './form.js';
import { assertIdentifiers } from './graph/identifier-uris.js';
import { copySamlApplication } from './saml-application-copy.js';

/**
 * The page on which somebody administers an identity provider that flex-sso cannot reach. All of them are played by the
 * one tenant of the sandbox: it is the labels and the handwork that differ.
 */
export function identityProviderAdminRoutes(entra: Entra): Hono {
  const path = `/admin/:identityProvider{${Object.keys(labels).join('|')}}`;
  const routes = new Hono();
  const nameOf = (c: Context) => c.req.param('identityProvider') as IdentityProvider;

  routes.get(path, c => c.html(page(entra, nameOf(c), { created: c.req.query('created') })));
  routes.post(path, async c => {
    const fields = await readForm(c);
    const { entityId = '', acsUrl = '' } = fields;
    const given = { entityId: entityId.trim(), acsUrl: acsUrl.trim() };
    const chosen = samlApplications(entra).find(one => one.id === fields.application);
    if (!chosen) return c.html(page(entra, nameOf(c), { problem: 'Choose an application.', given }), 400);
    const isNew = fields.action === 'create';
    const application = isNew ? { ...chosen, id: randomUUID(), identifierUris: [] } : chosen;
    const problem = problemOf(entra, application, given);
    if (problem) return c.html(page(entra, nameOf(c), { problem, given }), 400);
    const changed = isNew ? await copySamlApplication(entra.directory, chosen) : chosen;
    changed.identifierUris = [given.entityId];
    changed.web.redirectUris = [given.acsUrl];
    changed.web.redirectUriSettings = [{ uri: given.acsUrl, index: null }];
    entra.host.save();
    return c.redirect(
      entra.host.toLocal(loginUrl(`/admin/${nameOf(c)}${isNew ? `?created=${changed.appId}` : ''}`)),
      303,
    );
  });
  return routes;
}

interface Values {
  entityId: string;
  acsUrl: string;
}

function samlApplications({ directory }: Entra): Application[] {
  const isSaml = (appId: string) =>
    directory.servicePrincipals.some(one => one.appId === appId && one.preferredSingleSignOnMode === 'saml');
  return directory.applications.filter(application => isSaml(application.appId));
}

function problemOf(entra: Entra, application: Application, { entityId, acsUrl }: Values): string | undefined {
  if (!entityId) return 'The Entity ID is missing.';
  if (!/^https:/.test(acsUrl) || !URL.canParse(acsUrl)) return 'The ACS URL is no https URL.';
  try {
    assertIdentifiers(entra.directory, application, [entityId]);
    return undefined;
  } catch (error) {
    if (error instanceof HTTPException) return error.message;
    throw error;
  }
}

function page(
  entra: Entra,
  identityProvider: IdentityProvider,
  { problem, given, created }: { problem?: string; given?: Values; created?: string | undefined },
) {
  const { directory, host } = entra;
  const { name, entityId, acsUrl } = labels[identityProvider];
  const applications = samlApplications(entra);
  const first = applications[0];
  const values = given ?? { entityId: first?.identifierUris[0] ?? '', acsUrl: first?.web.redirectUris[0] ?? '' };
  const metadata = (appId: string) => metadataUrlOf(directory, appId);
  const made = applications.find(one => one.appId === created);
  const newest = applications.at(-1);
  return htmlPage(
    `Administration of ${name}`,
    html`<h1>Administration of ${name}</h1>
${problem ? html`<p role="alert">${problem}</p>` : ''}
${made ? html`<section role="status"><h2>Application created</h2><p>Metadata: <code id="metadata-url">${metadata(made.appId)}</code></p></section>` : ''}
<section>
<h2>SAML applications</h2>
${applications.map(
  one => html`<h3>${one.displayName}</h3><dl>
<dt>${entityId}</dt><dd>${one.identifierUris.join(' ')}</dd>
<dt>${acsUrl}</dt><dd>${one.web.redirectUris.join(' ')}</dd>
<dt>Metadata</dt><dd><a href="${host.toLocal(metadata(one.appId))}"${one === newest ? raw(' id="newest-metadata"') : ''}>${metadata(one.appId)}</a></dd>
</dl>`,
)}
</section>
<section>
<h2>Change an application, or make one like it</h2>
<form method="post" action="${host.toLocal(loginUrl(`/admin/${identityProvider}`))}">
<label class="field">Application
<select name="application">${applications.map(one => html`<option value="${one.id}">${one.displayName}</option>`)}</select></label>
<label class="field">${entityId} <input name="entityId" required value="${values.entityId}"></label>
<label class="field">${acsUrl} <input name="acsUrl" required value="${values.acsUrl}"></label>
<button name="action" value="save">Save</button>
<button class="quiet" name="action" value="create">Create application</button>
</form>
</section>`,
  );
}
