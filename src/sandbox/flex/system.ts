import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Why Flex says no: an HTTP status, one of Twilio's error codes, and a text. */
export interface Refusal {
  status: ContentfulStatusCode;
  code: number;
  message: string;
}

/** Whether an outcome is a refusal. */
export function isRefusal(outcome: object): outcome is Refusal {
  return 'status' in outcome && 'code' in outcome && 'message' in outcome;
}

/** Answers in the form of every Twilio error. */
export function refuse(c: Context, { status, code, message }: Refusal) {
  return c.json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, status);
}

/** One of Twilio's hosts; what it does not know it answers as Twilio does. */
export function twilioSystem(): Hono {
  const system = new Hono();
  system.notFound(c =>
    refuse(c, { status: 404, code: 20404, message: `The requested resource ${c.req.path} was not found` }),
  );
  system.onError((error, c) =>
    refuse(c, { status: 500, code: 20500, message: `Internal Server Error: ${error.message}` }),
  );
  return system;
}
