import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { fromTemplate, nonGalleryTemplateId } from '../application-template.js';
import type { Application } from '../directory.js';
import type { Entra } from '../entra.js';
import { applicationPatch, patchApplication } from './application-patch.js';
import { readBody } from './body.js';
import { applicationAt } from './lookup.js';
import { presentApplication, presentServicePrincipal } from './presentation.js';
import { answerEntity, answerList } from './query.js';
import { notFound } from './refusals.js';

const newApplication = z.strictObject({
  displayName: z.string().min(1).max(120),
  serviceManagementReference: z.string().nullable().optional(),
});

export function applicationRoutes(entra: Entra): Hono {
  const { replication } = entra;
  const routes = new Hono();

  const instantiate = async (displayName: string) => {
    const { directory } = entra;
    const made = fromTemplate({
      tenantId: directory.tenantId,
      publisherDomain: directory.verifiedDomains[0]?.name ?? '',
      displayName,
      createdDateTime: new Date().toISOString(),
      id: randomUUID(),
      appId: randomUUID(),
      servicePrincipalId: randomUUID(),
    });
    directory.applications.push(made.application);
    directory.servicePrincipals.push(made.servicePrincipal);
    for (const { id } of Object.values(made)) replication.created(id);
    return made;
  };

  for (const action of ['instantiate', 'microsoft.graph.instantiate'])
    routes.post(`/applicationTemplates/:id/${action}`, async c => {
      if (c.req.param('id') !== nonGalleryTemplateId) throw notFound(c.req.param('id'));
      const { displayName } = await readBody(c, newApplication);
      const { application, servicePrincipal } = await instantiate(displayName);
      return answerEntity(
        c,
        'microsoft.graph.applicationServicePrincipal',
        {
          application: presentApplication(application),
          servicePrincipal: presentServicePrincipal(entra.directory, servicePrincipal, application),
        },
        201,
      );
    });

  const list = (name: string, entries: readonly Application[]) => ({ name, entries, present: presentApplication });
  routes.get('/applications', c => answerList(c, entra, list('applications', entra.directory.applications)));
  routes.get('/applications/:id', c =>
    answerEntity(c, 'applications', presentApplication(applicationAt(entra, c.req.param('id')))),
  );
  routes.patch('/applications/:id', async c => {
    const application = applicationAt(entra, c.req.param('id'));
    patchApplication(entra.directory, application, await readBody(c, applicationPatch));
    return c.body(null, 204);
  });
  routes.delete('/applications/:id', c => {
    deleteApplication(entra, applicationAt(entra, c.req.param('id')));
    return c.body(null, 204);
  });
  routes.get('/directory/deletedItems/microsoft.graph.application', c =>
    answerList(c, entra, list('applications', entra.directory.deletedApplications)),
  );
  return routes;
}

/** Soft: the application can be looked up among the deleted ones. Its policies stay where they are, as in Entra. */
function deleteApplication({ directory }: Entra, application: Application): void {
  const servicePrincipal = directory.servicePrincipals.find(one => one.appId === application.appId);
  directory.applications = directory.applications.filter(one => one !== application);
  directory.servicePrincipals = directory.servicePrincipals.filter(one => one !== servicePrincipal);
  directory.deletedApplications.push({ ...application, deletedDateTime: new Date().toISOString() });
  if (!servicePrincipal) return;
  directory.appRoleAssignments = directory.appRoleAssignments.filter(one => one.resourceId !== servicePrincipal.id);
  directory.policyAssignments = directory.policyAssignments.filter(
    one => one.servicePrincipalId !== servicePrincipal.id,
  );
  directory.signingKeys = directory.signingKeys.filter(one => one.servicePrincipalId !== servicePrincipal.id);
  delete directory.claimsPolicies[servicePrincipal.id];
}
