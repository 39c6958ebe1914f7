import type { Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import { adminCenterSystem } from './admin-center/index.js';
import { createEntra } from './entra.js';
import { graphSystem } from './graph/system.js';
import { loginSystem } from './login.js';
import { defaultManners, type Manners } from './manners.js';

/**
 * Microsoft Entra as the sandbox plays it: `login` stands for https://login.microsoftonline.com, `graph` for
 * https://graph.microsoft.com, `entra` for https://entra.microsoft.com, or what they are in the tenant's cloud. They are mounted under
 * whatever base path the server chooses.
 */
export function entraSystems(
  host: SandboxHost,
  manners: Manners = defaultManners,
): Record<'login' | 'graph' | 'entra', Hono> {
  const entra = createEntra(host, manners);
  return { login: loginSystem(entra), graph: graphSystem(entra), entra: adminCenterSystem(entra) };
}
