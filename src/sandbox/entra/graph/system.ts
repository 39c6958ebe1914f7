import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { refuseOtherOptions } from '../../query-options.js';
import type { Entra } from '../entra.js';
import { applicationRoutes } from './applications.js';
import { assignmentRoutes } from './assignments.js';
import { batchRoutes } from './batch.js';
import { deletedItemRoutes } from './deleted-items.js';
import { peopleRoutes } from './people.js';
import { checkPermission } from './permissions.js';
import { policyRoutes } from './policies.js';
import { refusal, unsupportedOption } from './refusals.js';
import { reportRoutes } from './reports.js';
import { betaRoutes, servicePrincipalRoutes } from './service-principals.js';
import { type GraphBindings, weather } from './weather.js';

/** Microsoft Graph, as far as flex-sso uses it. */
export function graphSystem(entra: Entra): Hono {
  const api = new Hono<{ Bindings: GraphBindings }>({ getPath: request => canonicalPath(request.url) });
  api.use(weather(entra));
  api.use(checkPermission(entra));
  api.use(
    refuseOtherOptions('graph', (_, option) => {
      throw unsupportedOption(option);
    }),
  );
  api.use(async (c, next) => {
    await next();
    // The members of a batch are put on disk once, with the batch.
    if (c.req.method !== 'GET' && c.res.ok && !c.env.batched) entra.host.save();
  });
  api.route(
    '/',
    batchRoutes(entra, request => api.fetch(request, { batched: true })),
  );
  api.route('/v1.0', applicationRoutes(entra));
  api.route('/v1.0', deletedItemRoutes(entra));
  api.route('/v1.0', servicePrincipalRoutes(entra));
  api.route('/v1.0', assignmentRoutes(entra));
  api.route('/v1.0', policyRoutes(entra));
  api.route('/v1.0', peopleRoutes(entra));
  api.route('/v1.0', reportRoutes(entra));
  api.route('/beta', betaRoutes(entra));
  api.notFound(c => {
    const segment = c.req.path.split('/')[2] ?? '';
    return refusal(400, 'BadRequest', `Resource not found for the segment '${segment}'.`).getResponse();
  });
  api.onError(error => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof SyntaxError)
      return refusal(400, 'BadRequest', 'Unable to read JSON request payload.').getResponse();
    throw error;
  });
  return new Hono<{ Bindings: GraphBindings }>().all('*', c => api.fetch(c.req.raw, { ...c.env })) as unknown as Hono;
}

/** What is counted by `…/$count`, at the end of a path. */
const counted =
  /(\/v1\.0\/(?:users|groups|applications|servicePrincipals)|\/(?:(?:transitiveM|m)embers(?:\/microsoft\.graph\.(?:user|group))?|appRole(?:Assignments|AssignedTo)))\/\$count$/;

/**
 * The path from its version on, with `applications(appId='…')` written as `applications/appId='…'`, without Graph's alias of the tenant, and
 * of a collection that is counted the path of the collection.
 */
function canonicalPath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  const start = path.search(/\/(v1\.0|beta)\//);
  return path
    .slice(Math.max(start, 0))
    .replace(/^(\/[^/]+)\/myorganization(?=\/)/, '$1')
    .replace(/\((appId='[^']*')\)/, '/$1')
    .replace(counted, '$1');
}
