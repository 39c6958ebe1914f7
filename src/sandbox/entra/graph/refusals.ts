import { randomUUID } from 'node:crypto';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer in Graph's form of an error, to be thrown from wherever the request turns out to be wrong. */
export function refusal(
  status: ContentfulStatusCode,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): HTTPException {
  const requestId = randomUUID();
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': requestId,
  };
  return new HTTPException(status, {
    message,
    res: Response.json({ error: { code, message, innerError } }, { status, headers }),
  });
}

export const badRequest = (message: string, code = 'Request_BadRequest') => refusal(400, code, message);

export function notFound(key: string): HTTPException {
  return refusal(
    404,
    'Request_ResourceNotFound',
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** The options that OData knows; of others Graph says that they are no query parameter at all. */
const ofOData = [
  '$select',
  '$expand',
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$skiptoken',
  '$format',
];

/** The answer to a query option that is not served where it is sent, or that is sent twice. Its exact words are unverified. */
export const unsupportedOption = (option: string): HTTPException =>
  ofOData.includes(option)
    ? badRequest(`The query option '${option}' is not supported by this resource.`, 'Request_UnsupportedQuery')
    : badRequest(`The query parameter '${option}' is not supported.`, 'BadRequest');
