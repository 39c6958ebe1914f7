import { FlexSsoError, permissionError } from '../errors.js';
import type { HttpResponse } from '../http.js';
import { garbledAnswer, type Server } from '../network-trouble.js';

/** How Twilio says no; both are remote. */
export interface TwilioRefusal {
  status: number;
  /** Twilio's error code, where it gave one. */
  code?: number | undefined;
  message: string;
}

/** The JSON of an answer; undefined where it is none. */
export function jsonOf(response: HttpResponse): unknown {
  try {
    return JSON.parse(response.text);
  } catch {
    return undefined;
  }
}

export const isGood = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** Whether an answer says no in the form of Twilio's errors. */
export function isRefusal(response: HttpResponse): boolean {
  const body = jsonOf(response);
  return typeof body === 'object' && body !== null && 'message' in body;
}

/** What an answer that is no success says, shortened; `{code, message}` where it comes from Twilio. */
export function refusalOf(response: HttpResponse): TwilioRefusal {
  const { status } = response;
  const body = jsonOf(response);
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
    const message = shortened(body.message);
    return { status, message, ...('code' in body && typeof body.code === 'number' && { code: body.code }) };
  }
  const words = shortened(response.text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' '));
  return { status, message: words || `HTTP ${status} without a text` };
}

/** An error for a reader; `what` was tried, as in "read the Flex configuration". */
export function refused(what: string, { status, code, message }: TwilioRefusal, cause?: unknown): FlexSsoError {
  const words = `Twilio refused to ${what}: ${shortened(message)} (${code ?? `HTTP ${status}`}).`;
  if (status === 429)
    return new FlexSsoError('unavailable', words, 'Twilio is busy. Wait some minutes and run the same command again.', {
      cause,
    });
  if (status === 401 || code === 20003) return permissionError('twilio-credentials', words, credentialsHint, cause);
  if (status === 403 || code === 70051)
    return permissionError(
      'twilio-permission',
      words,
      'Use the auth token or a main or standard API key of this very account; a restricted key is not enough.',
      cause,
    );
  return new FlexSsoError(
    'twilio-refused',
    words,
    'See https://www.twilio.com/docs/api/errors for the code, and run the command again.',
    { cause },
  );
}

/** An answer of another form than Twilio documents: nothing may be concluded from it. `what` was tried, as in "list the Workers". */
export const oddAnswer = (server: Server, what: string, why: string, cause?: unknown): FlexSsoError =>
  garbledAnswer(server, `asked to ${what}, ${shortened(why)}`, cause);

const credentialsHint =
  'Check TWILIO_ACCOUNT_SID, and TWILIO_AUTH_TOKEN or TWILIO_API_KEY with TWILIO_API_SECRET: all of one account, none revoked.';

/** One line of at most 300 characters. */
export const shortened = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 300);
