import type { Context } from 'hono';
import type { z } from 'zod';
import { badRequest } from './refusals.js';

/** Reads a JSON body of this shape; throws a 400 that names the property which is wrong or unknown. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw badRequest(`Invalid value specified for property '${name || 'body'}' of the resource.`);
}
