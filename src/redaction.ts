import type { Exchange } from './trace.js';

const redacted = '[redacted]';

/** Everything else in a header may be a session, a token or a link that carries one. */
const keptHeaders = new Set(
  (
    'accept accept-charset accept-language allow cache-control client-request-id connection consistencylevel content-length ' +
    'content-type date keep-alive location odata-version prefer request-id retry-after server transfer-encoding ' +
    'twilio-request-id user-agent vary x-ms-ags-diagnostic x-ms-request-id'
  ).split(' '),
);

/** Form fields whose values say what is asked for. The other values are what it is asked with. */
const keptFields =
  /^(client_id|grant_type|scope|resource|audience|response_type|response_mode|redirect_uri|claims|client-request-id|x-client-.*|x-ms-.*)$/i;

const secretWords = [
  'token|secret|passwo?r?d|passphrase|passcode|pwd|assertion|credential|cookie|verifier|signature|authorization|jwt',
  'saml[_.-]?(?:request|response|art)|relay[_.-]?state|login[_.-]?hint|client[_.-]?(?:data|info)',
  'session[_.-]?(?:id|key|state)|(?:user|device|auth)[_.-]?code|(?:api|private|access|account|shared)[_.-]?key|[_.-]pass(?![a-z])',
].join('|');
/** Short words that mean a secret only as a whole name. A nonce, too: while its login lasts, it is half of the proof of who began it. */
const shortNames = 'session|ticket|otp|pin|sig|pass|nonce|auth|bearer';
const secretName = new RegExp(`${secretWords}|^(?:${shortNames})$`, 'i');
/** Names of things about tokens and passwords that are none themselves. */
const harmlessName =
  /^(token_?info|(key|password)Credentials|((next|previous)_?)?page_?token|(\$|24)?skip_?token)$|(type|format|polic(y|ies)|version|thumbprint|datetime|expires_?(at|in|on)|endpoint|supported|settings)$/i;
const schemes = 'Bearer|Basic|Digest|Negotiate';
/**
 * A parameter, and a field in a sentence: `…?code=`, `access_token: `, `"client_secret":"`, `nonce: `. A certificate may end in `…pwdX==`,
 * or in `…pwdX=` before its END line: what stands behind its first `=` is no value.
 */
const secretPair = new RegExp(
  `((?:[\\w$.-]{0,40}(?:${secretWords})[\\w$.-]{0,40}["']?\\s?[=:]|(?<![\\w$.-])(?:(?:${shortNames}|code|state)(?:=|["']\\s?:)|(?:pass|nonce|otp|pin):))\\s?["']?)(?!=(?:[&#\\s"'<>]|$)|-----END )(?:(?:${schemes})\\s{1,5})?[^&#\\s"'<>]+`,
  'gi',
);
/** Headers whose values have several parts: a scheme and its credentials, or many cookies. In a sentence they take the rest of its line. */
const secretHeader = /((?:authorization|cookie2?|authenticate)["']?\s?[=:]\s?)[^\r\n]+/gi;
/**
 * The three letters that a token begins with may stand inside any digest in Base64, and at the beginning of its lines: there only the dots
 * tell. Base64 means something else in another case.
 */
const secretShapes =
  /(?:(?<![\w+/]|[\w+/]\r?\n)eyJ[\w-]{8,}|eyJ[\w-]{8,}(?=\.))(?:\.[\w-]*)*|\b(?:PHNhbW|PD94bW)[\w+/=-]+|(?<=:\/\/)[^/\s?#@]*@/g;
const credentials = new RegExp(`(?<=\\b(?:${schemes})\\s{1,5})[\\w+/=.~-]{8,}`, 'gi');
const message = /^\s*<[?!\w]|<(?:\w+:)?(?:Response|Assertion|EncryptedAssertion|AuthnRequest)\b|PRIVATE KEY/;
/** JSON, whole or cut short; `[Flex] Admins` is none. */
const document = /^\s*(?:\{\s*["}]|\[\s*["{[\]])/;

/** Far deeper than any answer that we ask for, and far from the end of the stack. */
const maxDepth = 100;
/** A URL in a URL in a URL is encoded three times. */
const maxEncodings = 4;

/** What a trace keeps of an exchange: headers on a list, and bodies that parse, without what is secret in them. */
export function redactExchange(exchange: Exchange): Exchange {
  const { request, response } = exchange;
  return {
    ...exchange,
    path: redactText(exchange.path),
    request: { headers: redactHeaders(request.headers), body: redactBody(request) },
    response: { ...response, headers: redactHeaders(response.headers), body: redactBody(response) },
  };
}

function redactHeaders(headers: object): Record<string, string> {
  const kept = Object.entries(headers).map(([name, value]) => [
    redactText(name),
    keptHeaders.has(name.toLowerCase()) && typeof value === 'string' ? redactText(value) : redacted,
  ]);
  return Object.fromEntries(kept);
}

/** What a body is called is not what it is: only what it parses as counts. */
function redactBody({ headers, body }: { headers: Record<string, string>; body: unknown }): unknown {
  if (typeof body !== 'string') return redactDocument(body);
  const isForm = /x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
  return isForm && !document.test(body) ? redactForm(body) : redactDocument(parsed(body));
}

/** A token that stands alone is JSON, too, once it is in quotes or made of digits. */
function redactDocument(value: unknown): unknown {
  return value === null || typeof value === 'object' ? redactJson(value, '', 0) : redacted;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function redactForm(form: string): string {
  // A token that ends in `=` looks like a field, and its name is no word.
  if (!form.split('&').every(field => /^[a-z][a-z_.-]{0,40}=/i.test(field))) return redacted;
  const fields = [...new URLSearchParams(form)].map(([name, value]) => [
    name,
    keptFields.test(name) ? redactText(value) : redacted,
  ]);
  return new URLSearchParams(fields).toString();
}

function redactJson(value: unknown, name: string, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (isSecret(name)) return redactLeaves(value, depth);
  if (typeof value === 'string') return name === 'body' ? redactDocument(parsed(value)) : redactText(value, depth);
  if (typeof value !== 'object') return value;
  if (depth > maxDepth) return redacted;
  if (Array.isArray(value)) return value.map(item => redactJson(item, name, depth + 1));
  if (name === 'headers') return redactHeaders(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => {
      const label = key === 'value' ? labelOf(value) : '';
      const secret = isSecret(label) || isOneTime(key, held) || isOneTime(label, held);
      return [redactText(key), secret ? redactLeaves(held, depth + 1) : redactJson(held, key, depth + 1)];
    }),
  );
}

/**
 * An authorization code is called like the code of an error, and the state of a login like that of a policy (`enabled`). Those of a login
 * are neither numbers nor words, and someone who reads them in time could end the login.
 */
const isOneTime = (name: string, value: unknown) =>
  /^(code|state)$/i.test(name) &&
  typeof value !== 'number' &&
  !(typeof value === 'string' && /^[a-z_.]{0,60}$/i.test(value));

/** `{ "name": "access_token", "value": … }` */
function labelOf(value: object): string {
  const { name, key } = value as { name?: unknown; key?: unknown };
  return [name, key].find(label => typeof label === 'string') ?? '';
}

/** The shape is part of a contract; nothing else of what a secret name stands for is shown. */
function redactLeaves(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || depth > maxDepth) return redacted;
  if (Array.isArray(value)) return value.map(item => redactLeaves(item, depth + 1));
  const leaves = Object.entries(value).map(([key, held]) => [
    /^[@$a-z_.]{1,40}$/i.test(key) ? key : redacted,
    redactLeaves(held, depth + 1),
  ]);
  return Object.fromEntries(leaves);
}

/** A URL, a sentence, a document in a string: without what is secret in it. Any other text comes back as it was. */
function redactText(text: string, depth = 0): string {
  if (document.test(text)) {
    const held = parsed(text);
    if (held === undefined) return redacted;
    const shown = JSON.stringify(redactJson(held, '', depth + 1));
    return shown === JSON.stringify(held) ? text : shown;
  }
  const shown = withoutSecrets(text);
  // What is encoded inside it cannot be cut out of it.
  let [outer, inner] = [shown, decoded(shown)];
  for (let level = 0; inner !== outer; level++) {
    if (level === maxEncodings || document.test(inner) || withoutSecrets(inner) !== inner) return redacted;
    [outer, inner] = [inner, decoded(inner)];
  }
  return shown;
}

function withoutSecrets(text: string): string {
  if (message.test(text)) return redacted;
  return text
    .replace(secretHeader, `$1${redacted}`)
    .replace(secretPair, (whole, named: string) =>
      harmlessName.test(/[\w$.-]+/.exec(named)?.[0] ?? '') ? whole : `${named}${redacted}`,
    )
    .replace(secretShapes, redacted)
    .replace(credentials, redacted);
}

/** Byte by byte: a sign that cannot be decoded must not protect the others. */
function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const isSecret = (name: string) => secretName.test(name) && !harmlessName.test(name);
