import { randomUUID } from 'node:crypto';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Entra's ending of every error text: what its support asks for. */
export function errorIds() {
  return {
    traceId: randomUUID(),
    correlationId: randomUUID(),
    timestamp: new Date().toISOString().replace('T', ' ').replace(/\.\d+/, ''),
  };
}

/** An answer in the form of Entra's OAuth errors, to be thrown. `error` is OAuth's own code, `code` Entra's. */
export function oauthError(status: ContentfulStatusCode, error: string, code: number, text: string): HTTPException {
  const { traceId, correlationId, timestamp } = errorIds();
  const body = {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
  return new HTTPException(status, { message: body.error_description, res: Response.json(body, { status }) });
}
