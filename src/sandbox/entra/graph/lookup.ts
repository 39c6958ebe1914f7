import type { Application, ServicePrincipal } from '../directory.js';
import type { Entra } from '../entra.js';
import { notFound, refusal } from './refusals.js';

/** Finds an application by its object id or by `appId='…'`; throws a 404 while it is unknown. */
export function applicationAt(entra: Entra, key: string): Application {
  return known(entra, key, entra.directory.applications);
}

export function servicePrincipalAt(entra: Entra, key: string): ServicePrincipal {
  return known(entra, key, entra.directory.servicePrincipals);
}

/** The application that a service principal stands for; both are made and deleted together. */
export function applicationOf(entra: Entra, servicePrincipal: ServicePrincipal): Application {
  const found = entra.directory.applications.find(application => application.appId === servicePrincipal.appId);
  if (!found) throw notFound(servicePrincipal.appId);
  return found;
}

/** Throws where an object, or its last change, has not arrived everywhere yet. */
export function assertPatchable(entra: Entra, id: string): void {
  const status = entra.replication.patchRefusal(id);
  if (status === 404) throw notFound(id);
  if (status === 409)
    throw refusal(409, 'Directory_ConcurrencyViolation', 'The object was changed by another request meanwhile. Retry.');
}

function known<T extends { id: string; appId: string }>(entra: Entra, key: string, objects: readonly T[]): T {
  const appId = /^appId='(.*)'$/.exec(key)?.[1];
  const found = objects.find(one => (appId === undefined ? one.id === key : one.appId === appId));
  if (!found || !entra.replication.isKnown(found.id)) throw notFound(appId ?? key);
  return found;
}
