import { inputError } from './errors.js';
import { readGivenFile, whyUnreadable } from './given-file.js';

/** Every system that flex-sso talks to, with its public base URL. */
export const publicEndpoints = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  entra: 'https://entra.microsoft.com',
  'flex-services': 'https://services.twilio.com',
  'flex-api': 'https://flex-api.twilio.com',
  taskrouter: 'https://taskrouter.twilio.com',
  iam: 'https://iam.twilio.com',
  'iam-preview': 'https://preview.twilio.com/iam',
  'flex-login': 'https://login.flex.us1.twilio.com',
  flex: 'https://flex.twilio.com',
  console: 'https://console.twilio.com',
} as const;

export type System = keyof typeof publicEndpoints;

/** What a reader calls each of them. */
export const systemNames: Readonly<Record<System, string>> = {
  login: 'The sign-in service of Microsoft',
  graph: 'Microsoft Graph',
  entra: 'The Entra admin center',
  'flex-services': 'Twilio Flex',
  'flex-api': 'Twilio Flex',
  taskrouter: 'Twilio TaskRouter',
  iam: 'The legacy login of Twilio',
  'iam-preview': 'The older legacy login of Twilio',
  'flex-login': 'The login service of Twilio Flex',
  flex: 'Flex UI',
  console: 'Twilio Console',
};

/** Where Entra signs in, Graph is served and the Entra admin center is, by cloud. Source: Microsoft's pages of its national clouds. */
export const clouds = {
  global: { login: publicEndpoints.login, graph: publicEndpoints.graph, entra: publicEndpoints.entra },
  'us-government': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    entra: 'https://entra.microsoft.us',
  },
  'us-dod': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    entra: 'https://entra.microsoft.us',
  },
  china: {
    login: 'https://login.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    entra: 'https://entra.microsoftonline.cn',
  },
} as const;

export type Cloud = keyof typeof clouds;

/**
 * The base URL of each system, without a trailing slash. A system that is left out is not to be called: the older
 * `iam-preview` is, where `iam` was replaced and it was not, so that no call meant for a test reaches the real one.
 */
export type Endpoints = Readonly<Partial<Record<System, string>>> & {
  /** The national cloud whose login, Graph and admin center are served there; global where it is absent. */
  readonly cloud?: Cloud;
};

const systems = Object.keys(publicEndpoints) as System[];

/** The public endpoints, with those of a national cloud in their place. */
export const endpointsOf = (cloud: Cloud = 'global'): Endpoints => ({
  ...publicEndpoints,
  ...clouds[cloud],
  ...(cloud !== 'global' && { cloud }),
});

/**
 * Reads an endpoints file: JSON, any subset of the systems, each a base URL; the others are those of the cloud. The document of
 * `flex-sso sandbox --json` is one, too. Throws an input error that names the entry.
 */
export async function loadEndpoints(file: string, cloud?: Cloud): Promise<Endpoints> {
  let given: unknown;
  try {
    const bytes = await readGivenFile(file);
    if (!bytes) throw new Error('it is too large');
    given = JSON.parse(decode(bytes));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'it is not JSON' : whyUnreadable(cause);
    throw inputError('endpoints-unreadable', `The endpoints file ${file} cannot be read: ${why}.`, endpointsHint);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw inputError('endpoints-invalid', `The endpoints file ${file} holds no JSON object.`, endpointsHint);
  const { cloud: named, ...bases } = endpointsIn(given as Record<string, unknown>);
  const chosen: Partial<Record<System, string>> & { cloud?: Cloud } = { ...endpointsOf(cloudIn(file, named, cloud)) };
  if ('iam' in bases) delete chosen['iam-preview'];
  for (const [name, url] of Object.entries(bases)) {
    if (!systems.includes(name as System))
      throw inputError(
        'endpoints-invalid',
        `The endpoints file ${file} names an unknown system, "${name}".`,
        endpointsHint,
      );
    chosen[name as System] = baseUrl(name, url);
  }
  return chosen;
}

/** What PowerShell redirects into a file is UTF-16, or begins with a byte order mark. */
const decode = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

/** The document of the sandbox holds its endpoints next to its credentials, which are not read from a file. */
function endpointsIn(given: Record<string, unknown>): Record<string, unknown> {
  const { command, endpoints } = given;
  const isDocument = command === 'sandbox' && typeof endpoints === 'object' && endpoints !== null;
  return isDocument ? (endpoints as Record<string, unknown>) : given;
}

/** The cloud that the file names, where it names one, and no other than was asked for. */
function cloudIn(file: string, named: unknown, asked: Cloud | undefined): Cloud | undefined {
  if (named === undefined) return asked;
  if (!Object.keys(clouds).includes(String(named)))
    throw inputError(
      'endpoints-invalid',
      `The endpoints file ${file} names an unknown cloud, "${named}".`,
      `Use one of: ${Object.keys(clouds).join(', ')}.`,
    );
  if (asked && asked !== named)
    throw inputError(
      'cloud-mismatch',
      `The endpoints file ${file} is of the Microsoft cloud "${named}", and this migration of "${asked}".`,
      `Use the endpoints of the cloud "${asked}", or say \`--cloud ${named}\`.`,
    );
  return named as Cloud;
}

const endpointsHint = `Use a JSON object such as {"graph": "https://graph.microsoft.com"}; the systems are ${systems.join(', ')}.`;

function baseUrl(name: string, given: unknown): string {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.search || url.hash || url.username)
    throw inputError('endpoints-invalid', `The endpoint "${name}" is no base URL.`, endpointsHint);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw inputError('endpoints-insecure', `The endpoint "${name}" uses http outside this machine.`, 'Use https.');
  return url.href.replace(/\/+$/, '');
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The system that a URL belongs to, by its public or by its configured base, and the path and query relative to that base. */
export function locate(endpoints: Endpoints, url: string): { system: System; path: string } | undefined {
  const href = new URL(url).href;
  for (const bases of [endpoints, publicForms(endpoints), publicEndpoints]) {
    // The longest base first: one system may be served below another's base.
    const held = systems
      .filter(s => bases[s] && isBelow(href, bases[s]))
      .sort((a, b) => length(bases[b]) - length(bases[a]));
    const system = held[0];
    if (system) return { system, path: href.slice(length(bases[system])) || '/' };
  }
  return undefined;
}

/** Where a public URL is really served, `https://graph.microsoft.com/…` → the configured Graph. Others stay as they are. */
export function toEndpoint(endpoints: Endpoints, url: string): string {
  return rebase(endpoints, endpoints, url);
}

/** The public form of a URL of a configured endpoint: what the identity provider and Flex call themselves. */
export function toPublic(endpoints: Endpoints, url: string): string {
  return rebase(endpoints, publicForms(endpoints), url);
}

/**
 * Where a `Location` leads from a URL, as a public URL; undefined if it is not a valid one. A server that is reached below a path may not
 * know of that path: what its redirect has from the root is then meant from the root of its public address.
 */
export function redirectedTo(endpoints: Endpoints, from: string, location: string): string | undefined {
  const [here, known] = [toEndpoint(endpoints, from), toPublic(endpoints, from)];
  if (!URL.canParse(location, here)) return undefined;
  const there = new URL(location, here).href;
  const staysThere = URL.canParse(location) || locate(endpoints, there)?.system === locate(endpoints, here)?.system;
  return toPublic(endpoints, staysThere ? there : new URL(location, known).href);
}

/** A national cloud is public, too: its URLs stay its own. */
function publicForms({ cloud, login, graph }: Endpoints): Endpoints {
  const own = cloud ? clouds[cloud] : Object.values(clouds).find(one => one.login === login && one.graph === graph);
  return { ...publicEndpoints, ...own };
}

function rebase(endpoints: Endpoints, onto: Endpoints, url: string): string {
  const found = locate(endpoints, url);
  const base = found && onto[found.system];
  return base ? base + found.path : url;
}

function isBelow(href: string, base: string): boolean {
  return href.startsWith(base) && (href.length === base.length || '/?#'.includes(href.charAt(base.length)));
}

const length = (base: string | undefined) => base?.length ?? 0;
