import type { Hono } from 'hono';
import type { SandboxHost } from '../host.js';
import { createEntra } from './entra.js';
import { graphSystem } from './graph/system.js';
import { loginSystem } from './login.js';
import { defaultManners, type Manners } from './manners.js';

/**
 * Microsoft Entra as the sandbox plays it: `login` stands for https://login.microsoftonline.com, `graph` for
 * https://graph.microsoft.com. Both are mounted under whatever base path the server chooses.
 */
export function entraSystems(host: SandboxHost, manners: Manners = defaultManners): { login: Hono; graph: Hono } {
  const entra = createEntra(host, manners);
  return { login: loginSystem(entra), graph: graphSystem(entra) };
}
