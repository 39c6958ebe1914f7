import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Application, ServicePrincipal } from '../directory.js';
import type { Entra } from '../entra.js';
import { readForm } from '../form.js';
import { addCertificate, makeCertificateActive } from './certificates.js';
import { claimsPage, saveClaim } from './claims.js';
import { applicationPage, applicationsPage, certificatesPage, singleSignOnPage } from './pages.js';

/** One application of the tenant, as all its pages show it. */
export interface Shown {
  entra: Entra;
  application: Application;
  servicePrincipal: ServicePrincipal;
}

/**
 * The Entra admin center, as far as somebody needs it for what Graph cannot do in every cloud: the applications, their single sign-on,
 * their claims and their SAML certificates, under the admin center's own labels. Nobody has to sign in.
 */
export function adminCenterSystem(entra: Entra): Hono {
  const routes = new Hono();
  const at = (c: Context): Shown => {
    const { applications, servicePrincipals } = entra.directory;
    const application = applications.find(({ appId }) => appId === c.req.param('appId'));
    const servicePrincipal = servicePrincipals.find(({ appId }) => appId === application?.appId);
    if (!application || !servicePrincipal) throw new HTTPException(404, { message: 'There is no such application.' });
    return { entra, application, servicePrincipal };
  };

  routes.get('/', c => c.html(applicationsPage(entra)));
  routes.get('/applications/:appId', c => c.html(applicationPage(at(c))));
  routes.get('/applications/:appId/single-sign-on', c => c.html(singleSignOnPage(at(c))));
  routes.get('/applications/:appId/certificates', c => {
    const { view, thumbprint } = c.req.query();
    return c.html(certificatesPage(at(c), { isNew: view === 'new', activating: thumbprint }));
  });
  routes.post('/applications/:appId/certificates', async c => {
    const shown = at(c);
    const { action, expires = '', thumbprint = '' } = await readForm(c);
    const problem =
      action === 'activate' ? makeCertificateActive(shown, thumbprint) : await addCertificate(shown, expires);
    if (problem) return c.html(certificatesPage(shown, { isNew: action !== 'activate', problem }), 400);
    entra.host.save();
    return c.redirect('certificates', 303);
  });
  routes.get('/applications/:appId/claims', c => c.html(claimsPage(at(c), { editing: c.req.query('claim') })));
  routes.post('/applications/:appId/claims', async c => {
    const shown = at(c);
    const { edited = '', name = '', namespace = '', source = '' } = await readForm(c);
    const fields = { edited, name: name.trim(), namespace: namespace.trim(), source: source.trim() };
    const problem = saveClaim(shown, fields);
    if (problem) return c.html(claimsPage(shown, { editing: '', problem }), 400);
    entra.host.save();
    return c.redirect('claims', 303);
  });
  routes.onError(error => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return routes;
}
