import { onTestFinished } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.js';
import { immediate, type ServedEntra, serveEntra } from './entra/serve.js';

export const template = '/v1.0/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate';

/** An Entra with these faults and no other bad manners. */
export async function entraWith(...named: Fault[]): Promise<ServedEntra> {
  const entra = await serveEntra(immediate, named);
  onTestFinished(() => entra.close());
  return entra;
}

/** The statuses of the same request, made again and again. */
export async function statuses(count: number, request: () => Promise<{ status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let made = 0; made < count; made++) seen.push((await request().catch(() => ({ status: 0 }))).status);
  return seen;
}
