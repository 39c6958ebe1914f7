import { appendFileSync, closeSync, openSync } from 'node:fs';
import { inputError } from './errors.js';

/** One HTTP exchange as `--trace` records it; `path` is relative to the system's base URL. */
export interface Exchange {
  at: string;
  system: string;
  method: string;
  path: string;
  request: { headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
  ms: number;
}

export type Trace = (exchange: Exchange) => void;

const redacted = '[redacted]';
const secretHeaders = /^(authorization|proxy-authorization|cookie|set-cookie|x-twilio-.*token.*)$/i;
/** Names of fields, form fields and query parameters whose values never leave the process, whichever case or style they come in. */
const secretNames =
  /^(.*_token|.*token|client_?secret|client_?assertion|assertion|code|device_?code|user_?code|code_?verifier|password|passwd|saml_?request|saml_?response|relay_?state|signature|api_?secret|auth_?token|client_?data|client_?info|login_?hint|secret_?text)$/i;
/** Not secrets although they are called tokens. */
const harmlessNames = /^(token_type|pagetoken|previous_page_token|next_page_token|\$?skiptoken)$/i;

/** Opens a trace file and appends one JSON line per exchange, at once, so that a killed run leaves a whole trace. */
export function openTrace(file: string): Trace {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw inputError(
      'trace-unwritable',
      `The trace file ${file} cannot be written: ${(cause as Error).message}.`,
      'Name a file in a folder that exists.',
    );
  }
  return exchange => appendFileSync(file, `${JSON.stringify(redactExchange(exchange))}\n`);
}

export function redactExchange(exchange: Exchange): Exchange {
  return {
    ...exchange,
    path: redactUrl(exchange.path),
    request: { headers: redactHeaders(exchange.request.headers), body: redactBody(exchange.request) },
    response: {
      ...exchange.response,
      headers: redactHeaders(exchange.response.headers),
      body: redactBody(exchange.response),
    },
  };
}

function redactHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeaders.test(name) ? redacted : redactUrl(value)]),
  );
}

function redactBody({ headers, body }: { headers: Record<string, string>; body: unknown }): unknown {
  if (typeof body !== 'string') return redactJson(body);
  const type = headers['content-type'] ?? '';
  if (type.includes('x-www-form-urlencoded')) return redactForm(body);
  // A page may hold a SAML message or a session anywhere; nothing in it is part of a contract.
  if (type.includes('html')) return redacted;
  return body;
}

function redactJson(value: unknown, name = ''): unknown {
  // An error's `code` is none; an authorization code travels in forms, in queries and beside its verifier.
  if (isSecret(name) && name !== 'code' && (typeof value === 'string' || typeof value === 'number')) return redacted;
  if (typeof value === 'string') return redactUrl(value);
  if (Array.isArray(value)) return value.map(item => redactJson(item, name));
  if (typeof value === 'object' && value !== null) {
    const redactedFields = Object.entries(value).map(([key, held]) => [key, redactJson(held, key)]);
    return Object.fromEntries('code_verifier' in value ? [...redactedFields, ['code', redacted]] : redactedFields);
  }
  return value;
}

function redactForm(form: string): string {
  const fields = new URLSearchParams(form);
  for (const name of [...fields.keys()]) if (isSecret(name)) fields.set(name, redacted);
  return fields.toString();
}

/** Hides secret parameters of a URL or of a path with a query; any other text comes back as it was. */
function redactUrl(text: string): string {
  if (!/^(https?:\/\/|\/)\S*[?#]/.test(text)) return text;
  return text.replace(/([?&#])([^=&#]+)=([^&#]*)/g, (whole, mark: string, name: string) =>
    isSecret(decoded(name)) ? `${mark}${name}=${redacted}` : whole,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const isSecret = (name: string) => secretNames.test(name) && !harmlessNames.test(name);
