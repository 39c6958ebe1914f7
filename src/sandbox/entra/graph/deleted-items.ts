import { Hono } from 'hono';
import { purgeApplication, restoreApplication } from '../deleted-applications.js';
import type { Application } from '../directory.js';
import type { Entra } from '../entra.js';
import { presentApplication } from './presentation.js';
import { answerEntity, answerList } from './query.js';
import { notFound } from './refusals.js';

/** Soft-deleted applications: they can be looked at, restored, and deleted for good. */
export function deletedItemRoutes(entra: Entra): Hono {
  const routes = new Hono();
  const present = (application: Application) => presentApplication(entra, application);
  const deletedAt = (id: string) => {
    const found = entra.directory.deletedApplications.find(one => one.id === id);
    if (!found) throw notFound(id);
    return found;
  };
  routes.get('/directory/deletedItems/microsoft.graph.application', c =>
    answerList(c, entra, { name: 'applications', entries: entra.directory.deletedApplications, present }),
  );
  routes.get('/directory/deletedItems/:id', c => {
    const shown = { '@odata.type': '#microsoft.graph.application', ...present(deletedAt(c.req.param('id'))) };
    return answerEntity(c, entra, 'directoryObjects', shown);
  });
  routes.post('/directory/deletedItems/:id/restore', c => {
    const restored = restoreApplication(entra.directory, deletedAt(c.req.param('id')));
    const shown = { '@odata.type': '#microsoft.graph.application', ...present(restored) };
    return answerEntity(c, entra, 'directoryObjects', shown);
  });
  routes.delete('/directory/deletedItems/:id', c => {
    purgeApplication(entra.directory, deletedAt(c.req.param('id')));
    return c.body(null, 204);
  });
  return routes;
}
