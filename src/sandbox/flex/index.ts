import type { Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import { apiSystem } from './api.js';
import { consoleSystem } from './console/index.js';
import { hostedSystem } from './hosted.js';
import { iamSystem } from './iam.js';
import { loginSystem } from './login.js';
import { servicesSystem } from './services.js';
import { taskRouterSystem } from './taskrouter.js';

/** Everything of Twilio that the sandbox serves, each system as if it had a host of its own. */
export function flexSystems(host: SandboxHost) {
  return {
    'flex-services': servicesSystem(host),
    'flex-api': apiSystem(host),
    taskrouter: taskRouterSystem(host),
    iam: iamSystem(host, '/v1'),
    'iam-preview': iamSystem(host, ''),
    'flex-login': loginSystem(host),
    flex: hostedSystem(host),
    console: consoleSystem(host),
  } satisfies Record<string, Hono>;
}
