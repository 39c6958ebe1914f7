import type { Twilio } from 'twilio';
import { type Endpoints, publicEndpoints, type System, toEndpoint } from '../endpoints.js';
import type { Http } from '../http.js';
import { serverAt } from '../network-trouble.js';
import type { FlexLogin, FlexReader } from './client.js';
import { readConfiguration } from './configuration.js';
import { readConnections } from './connections.js';
import { beginLogin, completeLogin } from './login.js';
import { probe, probeLegacy } from './probe.js';
import { createTwilio, type OnBusy, type TwilioCredentials } from './twilio.js';
import { readWorker, readWorkers } from './workers.js';

/** Flex as the steps use it. The Twilio SDK is loaded when something needs credentials. */
export function createFlex(options: {
  http: Http;
  endpoints: Endpoints;
  accountSid: string;
  credentials: TwilioCredentials;
  onBusy?: OnBusy | undefined;
}): FlexReader & FlexLogin {
  const { http, endpoints, accountSid } = options;
  let loaded: Promise<Twilio> | undefined;
  const twilio = () => {
    loaded ??= createTwilio(options);
    return loaded;
  };
  const server = (system: System) => serverAt(endpoints, publicEndpoints[system]);
  return {
    configuration: async () => readConfiguration(await twilio(), server('flex-api')),
    connections: () => readConnections(http, server('flex-services'), accountSid),
    probe: (connectionName, redirectUrl, more) => probe(options, connectionName, redirectUrl, more),
    probeLegacy: (redirectUrl, more) => probeLegacy(options, accountSid, redirectUrl, more),
    workers: async workspaceSid => readWorkers(await twilio(), server('taskrouter'), workspaceSid),
    worker: async (workspaceSid, sid) => readWorker(await twilio(), server('taskrouter'), workspaceSid, sid),
    begin(connectionName, redirectUrl) {
      const pending = beginLogin(connectionName, redirectUrl);
      return { ...pending, url: toEndpoint(endpoints, pending.url) };
    },
    complete: (pending, code) => completeLogin(http, pending, code),
  };
}
