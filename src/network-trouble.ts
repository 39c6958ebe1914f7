import { type Endpoints, locate, type System, systemNames, toEndpoint } from './endpoints.js';
import { FlexSsoError } from './errors.js';
import { namedProxy } from './proxy.js';

/** Who was asked: a system by its name, and the host that this machine really asks. */
export interface Server {
  system: System | undefined;
  /** "Microsoft Graph at graph.microsoft.com" */
  words: string;
  origin: string;
}

export function serverAt(endpoints: Endpoints, url: string): Server {
  const { host, origin } = new URL(toEndpoint(endpoints, url));
  const system = locate(endpoints, url)?.system;
  return { system, words: `${system ? systemNames[system] : 'The server'} at ${host}`, origin };
}

/** The codes of the errors below: none of them says anything about the account, the tenant or the connection. */
const codes = ['unreachable', 'certificate-untrusted', 'foreign-answer', 'garbled-answer', 'unavailable'];

/** Whether an error comes from the way to a system or from its outage, and not from what the system says. */
export const isNetworkTrouble = (error: unknown): boolean =>
  error instanceof FlexSsoError && codes.includes(error.code);

/** Something between here and the system answered: the sign-in page of a Wi-Fi, a proxy, a filter. `what` follows "answered". */
export const foreignAnswer = ({ words, origin }: Server, what: string, cause?: unknown): FlexSsoError =>
  new FlexSsoError(
    'foreign-answer',
    `${words} did not answer, something else did${byProxy()}: ${what}.`,
    `Open ${origin} in a browser: a Wi-Fi or hotel network may want you to sign in first. Otherwise check ${connection}. ${again}`,
    { cause },
  );

/** An answer that came, and is incomplete or of another form than the system documents. */
export const garbledAnswer = ({ words }: Server, why: string, cause?: unknown): FlexSsoError =>
  new FlexSsoError(
    'garbled-answer',
    `${words} gave an answer that is not as documented: ${why}.`,
    `Run the same command again; nothing is lost. If this repeats, a proxy may change answers: \`--trace FILE\` records them.`,
    { cause },
  );

/** An outage, as far as the status says. */
export const unavailable = ({ system, words }: Server, status: number): FlexSsoError =>
  new FlexSsoError(
    'unavailable',
    `${words} has a problem of its own: it answers HTTP ${status}.`,
    `Wait some minutes. ${statusPage(system)} reports outages. ${again}`,
  );

/** No answer came. `cause` is what `fetch` threw. */
export function noAnswer(server: Server, cause: unknown, timeoutMs: number): FlexSsoError {
  const { code = '', message } = innermost(cause);
  if (notHttp.test(code)) return foreignAnswer(server, `it does not speak https (${code})`, cause);
  const untrusted = certificateProblems.find(({ codes }) => codes.includes(code));
  if (untrusted)
    return new FlexSsoError(
      'certificate-untrusted',
      `${server.words} did not prove who it is${byProxy()}: ${untrusted.why} (${code}).`,
      `${untrusted.hint(server.origin)} ${again}`,
      { cause },
    );
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  const why = isLate ? `no complete answer came within ${timeoutMs / 1000} seconds` : inWords(code, message);
  const hint = proxyWantsPassword.test(message)
    ? 'The proxy wants a user name and a password: put them into HTTPS_PROXY.'
    : '';
  return new FlexSsoError(
    'unreachable',
    `${server.words} did not answer: ${why}${byProxy()}.`,
    `${hint || `Check ${connection}.`} ${again}`,
    { cause },
  );
}

const connection = 'the network, the proxy (HTTPS_PROXY, NO_PROXY) and the VPN';
const again = 'Then run the same command again; nothing is lost.';

function byProxy(): string {
  const proxy = namedProxy();
  return proxy ? `, asked through the proxy ${proxy}` : '';
}

const statusPage = (system: System | undefined) =>
  system === 'graph' || system === 'login' ? 'https://azure.status.microsoft' : 'https://status.twilio.com';

/** What `fetch` makes of HTTP 407, and undici of the same answer to CONNECT. */
const proxyWantsPassword = /proxy authentication required|\(407\)/i;

/** What OpenSSL and Node's HTTP parser say of bytes that are neither. */
const notHttp = /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)|EPROTO|HPE_)/;

/** Source: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateProblems: readonly { codes: readonly string[]; why: string; hint(origin: string): string }[] = [
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_UNTRUSTED',
      'INVALID_CA',
    ],
    why: 'this machine does not know who issued its certificate',
    hint: () =>
      'A proxy or virus scanner of your company may have made it. Get the root certificate from your IT department as a PEM file. Set ' +
      'NODE_EXTRA_CA_CERTS to the name of that file.',
  },
  {
    codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED'],
    why: 'its certificate is not valid now',
    hint: origin =>
      `Check the clock of this machine. If it is right, something else may answer: open ${origin} in a browser, and check the proxy.`,
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
    why: 'its certificate is for another host',
    hint: origin =>
      `Something else answers, perhaps a Wi-Fi that wants you to sign in: open ${origin} in a browser, and check the proxy.`,
  },
];

const whys: readonly [codes: readonly string[], why: string][] = [
  [['ENOTFOUND', 'EAI_AGAIN'], 'DNS knows no address for this name'],
  [['ECONNREFUSED'], 'nothing accepts a connection there'],
  [['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'], 'the connection was cut'],
  [['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'], 'no way leads there from this machine'],
  [['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'], 'no connection came about in time'],
];

function inWords(code: string, message: string): string {
  const why = whys.find(([known]) => known.includes(code))?.[1];
  const said = message || code;
  return why ? `${why} (${said})` : said;
}

/** `fetch` wraps what really happened once or twice; the first error with a code says it. */
function innermost(error: unknown): { code?: string; message: string } {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string') return { code: at.code, message: at.message };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { message: cause instanceof Error ? cause.message : String(cause) };
}
