import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { refuseOtherOptions } from '../query-options.js';

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

/**
 * One of Twilio's hosts; what it does not know it answers as Twilio does. A query option that a service is served without is refused
 * by the sandbox alone: the real one heeds or ignores it.
 */
export function twilioSystem(service?: Parameters<typeof refuseOtherOptions>[0]): Hono {
  const system = new Hono();
  if (service)
    system.use(
      refuseOtherOptions(service, (c, option) =>
        refuse(c, { status: 400, code: 20001, message: `The sandbox does not understand the query option ${option}` }),
      ),
    );
  system.notFound(c =>
    refuse(c, { status: 404, code: 20404, message: `The requested resource ${c.req.path} was not found` }),
  );
  system.onError((error, c) =>
    refuse(
      c,
      isRefusal(error) ? error : { status: 500, code: 20500, message: `Internal Server Error: ${error.message}` },
    ),
  );
  return system;
}
