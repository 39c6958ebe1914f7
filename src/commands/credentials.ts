import type { CommandOptions } from './options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How requests to Twilio sign in: Account SID and auth token, or API key and secret. Never stored. */
export interface Credentials {
  username: string;
  password: string;
}

export function twilioCredentials(environment: Environment, accountSid: string): Credentials | undefined {
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret, TWILIO_AUTH_TOKEN: token } = environment;
  if (key && secret) return { username: key, password: secret };
  return token ? { username: accountSid, password: token } : undefined;
}

/** Whether Graph can be reached without anybody at a browser. */
export function signsInUnattended(environment: Environment): boolean {
  const { FLEX_SSO_GRAPH_TOKEN, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH } = environment;
  return Boolean(FLEX_SSO_GRAPH_TOKEN || (AZURE_CLIENT_ID && (AZURE_CLIENT_SECRET || AZURE_CLIENT_CERTIFICATE_PATH)));
}

/** Whether questions may be asked: not where they were switched off, and only where somebody can see and answer them. */
export function mayAsk(options: CommandOptions): boolean {
  return options.input !== false && process.stdin.isTTY === true && process.stderr.isTTY === true;
}
