import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { z } from 'zod';
import { identifierRestrictions } from '../app-management-policies.js';
import { fromTemplate, nonGalleryTemplateId } from '../application-template.js';
import { deleteApplication } from '../deleted-applications.js';
import type { Application } from '../directory.js';
import type { Entra } from '../entra.js';
import { applicationPatch, patchApplication } from './application-patch.js';
import { readBody } from './body.js';
import { applicationAt, assertPatchable } from './lookup.js';
import { presentApplication, presentRole, presentServicePrincipal } from './presentation.js';
import { answerEntity, answerList } from './query.js';
import { badRequest, notFound } from './refusals.js';

const newApplication = z.strictObject({
  displayName: z.string().min(1).max(120),
  serviceManagementReference: z.string().nullable().optional(),
});

const slowMs = 2000;

export function applicationRoutes(entra: Entra): Hono {
  const { replication } = entra;
  const routes = new Hono();

  const instantiate = (displayName: string) => {
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
      if (entra.has('create-slow')) await sleep(slowMs);
      if (entra.turn('create-404', 1, 1)) throw notFound(nonGalleryTemplateId);
      const { application, servicePrincipal } = instantiate(displayName);
      if (entra.turn('create-404-created', 1, 1)) {
        entra.host.save();
        throw notFound(application.id);
      }
      return answerEntity(
        c,
        entra,
        'microsoft.graph.applicationServicePrincipal',
        {
          application: present(application),
          servicePrincipal: presentServicePrincipal(entra, servicePrincipal, application),
        },
        { status: 201 },
      );
    });

  const present = (application: Application) => presentApplication(entra, application);
  routes.get('/applications', c => {
    const shown = (application: Application) => present(replication.shown(application));
    return answerList(c, entra, { name: 'applications', entries: entra.directory.applications, present: shown });
  });
  routes.get('/applications/:id', c =>
    answerEntity(c, entra, 'applications', present(replication.read(applicationAt(entra, c.req.param('id'))))),
  );
  routes.get('/applications/:id/appRoles', c => {
    const { id, appRoles } = applicationAt(entra, c.req.param('id'));
    return answerList(c, entra, {
      name: `applications('${id}')/appRoles`,
      entries: appRoles,
      present: presentRole,
    });
  });
  routes.get('/applications/:id/appManagementPolicies', c => {
    const own = entra.directory.ownAppManagementPolicies?.[applicationAt(entra, c.req.param('id')).id];
    return answerList(c, entra, {
      name: 'policies/appManagementPolicies',
      entries: own ? [own] : [],
      present: ({ id, displayName, isEnabled, ...limits }) => ({
        id,
        displayName,
        description: 'For applications that need another rule than the tenant’s',
        isEnabled,
        restrictions: {
          passwordCredentials: [],
          keyCredentials: [],
          ...(limits.excludeSaml !== undefined && {
            applicationRestrictions: { identifierUris: identifierRestrictions({ isEnabled, ...limits }) },
          }),
        },
      }),
    });
  });
  routes.patch('/applications/:id', async c => {
    const application = applicationAt(entra, c.req.param('id'));
    assertPatchable(entra, application.id);
    const patch = await readBody(c, applicationPatch);
    const { identifierUris = [] } = patch;
    if (
      entra.has('second-identifier-refused') &&
      identifierUris.length > Math.max(1, application.identifierUris.length)
    )
      throw badRequest('Property identifierUris has an invalid value: a further identifier cannot be added.');
    replication.changing(application);
    patchApplication(entra.directory, application, patch);
    return c.body(null, 204);
  });
  routes.delete('/applications/:id', c => {
    deleteApplication(entra.directory, applicationAt(entra, c.req.param('id')));
    return c.body(null, 204);
  });
  return routes;
}
