import { Hono } from 'hono';
import { z } from 'zod';
import type { Entra } from '../entra.js';
import { badRequest } from './refusals.js';

const maxRequests = 20;

const batch = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
      url: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});

/** JSON batching: every member goes through `dispatch` like a request of its own; the whole always answers 200. */
export function batchRoutes(entra: Entra, dispatch: (request: Request) => Promise<Response> | Response): Hono {
  return new Hono().post('/:version{v1.0|beta}/$batch', async c => {
    const parsed = batch.safeParse(await c.req.json());
    if (!parsed.success) throw badRequest('Invalid batch payload format.', 'BadRequest');
    const { requests } = parsed.data;
    if (requests.length > maxRequests)
      throw badRequest(
        `Number of batch request steps exceeds the maximum value of ${maxRequests}.`,
        'MaximumValueExceeded',
      );
    if (new Set(requests.map(({ id }) => id)).size !== requests.length)
      throw badRequest('Request Id values have to be unique.', 'BadRequest');
    const responses = [];
    for (const member of requests) {
      const url = new URL(`/${c.req.param('version')}/${member.url.replace(/^\//, '')}`, c.req.url);
      const headers = new Headers(member.headers);
      headers.set('Authorization', c.req.header('Authorization') ?? '');
      if (member.body !== undefined && !headers.get('content-type')?.includes('json'))
        throw badRequest(`Write request id : ${member.id} does not contain Content-Type header or body.`, 'BadRequest');
      const body = member.body === undefined ? null : JSON.stringify(member.body);
      const answer = await dispatch(new Request(url, { method: member.method, headers, body }));
      const text = await answer.text();
      const retryAfter = answer.headers.get('retry-after');
      responses.push({
        id: member.id,
        status: answer.status,
        headers: {
          'Content-Type': answer.headers.get('content-type') ?? 'application/json',
          ...(retryAfter === null ? {} : { 'Retry-After': retryAfter }),
        },
        ...(text ? { body: JSON.parse(text) as unknown } : {}),
      });
    }
    return c.json({ responses: entra.has('batch-unordered') ? responses.toReversed() : responses });
  });
}
