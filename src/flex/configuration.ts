import type { Twilio } from 'twilio';
import type { Server } from '../network-trouble.js';
import { oddAnswer } from './answer.js';
import type { FlexConfiguration } from './client.js';
import { asking } from './twilio.js';

/** Reads what Flex Configuration says of the account. Throws `FlexSsoError`; credentials and permissions as permission errors. */
export async function readConfiguration(twilio: Twilio, server: Server): Promise<FlexConfiguration> {
  const what = 'read the Flex configuration';
  const read = await asking(server, what, twilio.flexApi.v1.configuration().fetch());
  // Typed as text by the SDK, but whatever the server sent.
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const configuration: FlexConfiguration = {
    accountSid: text(read.accountSid),
    flexInstanceSid: text(read.flexInstanceSid),
    workspaceSid: text(read.taskrouterWorkspaceSid),
    runtimeDomain: text(read.runtimeDomain).replace(/\.twil\.io$/, ''),
    uiVersion: text(read.uiVersion),
    ...(isObject(read.publicAttributes) && read.publicAttributes.loginPopup === true && { loginPopup: true }),
  };
  const missing = Object.entries(configuration).filter(([name, value]) => value === '' && name !== 'uiVersion');
  if (missing.length === 0) return configuration;
  throw oddAnswer(server, what, `it names no ${missing.map(([name]) => name).join(', ')}`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The login page of hosted Flex; it is always a trusted URL there. `runtimeDomain` without `.twil.io`. */
export const hostedLoginUrl = (runtimeDomain: string): string =>
  `https://flex.twilio.com/${encodeURIComponent(runtimeDomain)}`;
