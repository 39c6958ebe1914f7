import { inputError } from './errors.js';

const variables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** What this machine asks of itself never leaves it. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** The proxy that the environment names, to speak of: its host alone, as its URL may hold a password. */
export function namedProxy(environment = process.env): string | undefined {
  const url = variables.map(name => environment[name]).find(Boolean);
  return url && URL.canParse(url) ? new URL(url).host : undefined;
}

/**
 * `fetch`, through the proxy of HTTPS_PROXY and HTTP_PROXY where one is named, past it for what NO_PROXY lists. Node's own heeds them
 * from version 24 on, and only where NODE_USE_ENV_PROXY is set (https://nodejs.org/api/cli.html#node_use_env_proxy1). Throws an input
 * error where a variable holds no URL.
 */
export async function openFetch(environment = process.env): Promise<typeof fetch> {
  const exempt = environment.no_proxy ?? environment.NO_PROXY ?? '';
  if (exempt === '*' || !variables.some(name => environment[name])) return fetch;
  const { EnvHttpProxyAgent, fetch: fetchThrough } = await import('undici');
  const dispatcher = proxyAgent(() => new EnvHttpProxyAgent({ noProxy: [exempt, ...loopback].join(',') }));
  // It is the function that Node has built in; the types differ in what is not used here.
  const through = fetchThrough as unknown as (input: unknown, init: object) => Promise<Response>;
  return (input, init) => through(input, { ...init, dispatcher });
}

function proxyAgent<Agent>(create: () => Agent): Agent {
  try {
    return create();
  } catch {
    throw inputError(
      'proxy-unusable',
      'HTTPS_PROXY or HTTP_PROXY holds no address of a proxy.',
      'Set it like http://proxy.example.com:8080, or unset it.',
    );
  }
}
