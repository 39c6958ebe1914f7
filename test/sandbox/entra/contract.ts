import { existsSync } from 'node:fs';
import type { Exchange } from '../../../src/trace.js';

/** Microsoft's published schema, where it is at hand beside the repository. */
const contract = new URL('../../../../shared/contracts/check-traffic.mjs', import.meta.url);

export const hasContract = existsSync(contract);

/** What violates the published schema in recorded exchanges with Graph. */
export async function violations(exchanges: readonly Exchange[]): Promise<string[]> {
  const { checkExchange } = (await import(contract.href)) as { checkExchange(exchange: Exchange): string[] | null };
  return exchanges.flatMap(one => checkExchange(one)?.map(problem => `${one.method} ${one.path}: ${problem}`) ?? []);
}
