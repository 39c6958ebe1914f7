import type { Migration } from '../../src/migration/state.js';
import { isBatchOfReads } from '../support/graph-writes.js';
import type { Request } from './run-here.js';

/** Whether a request of the tool may change something in Entra or Flex. What signs in, or is a login, changes nothing. */
export function isWrite({ method, url, headers, body }: Request): boolean {
  if (method === 'GET') return false;
  const [, system] = url.pathname.split('/');
  if (system === 'graph') return !url.pathname.endsWith('/$batch') || !isBatchOfReads(body);
  // The people of the sandbox use its pages, and none of them has the tool's credentials.
  return system !== 'login' && headers.authorization !== undefined;
}

/**
 * Why a write counts as one that no plan has shown; undefined if one has. The state file must say which change is under way, and its title
 * must be on the screen.
 */
export function undisclosed(request: Request, state: string | undefined, said: string): string | undefined {
  const { journal } = JSON.parse(state ?? '{"journal":[]}') as Pick<Migration, 'journal'>;
  const open = journal.filter(({ status, by }) => status === 'intended' && by === 'tool');
  const shown = open.filter(({ change }) => plain(said).includes(plain(change.title)));
  const what = `${request.method} ${request.url.pathname}`;
  if (open.length === 0) return `${what}: no change is under way`;
  if (shown.length === 0) return `${what}: “${open.map(({ change }) => change.title).join(', ')}” was never shown`;
  return undefined;
}

const plain = (text: string) => text.replace(/\s+/g, '');
