import type { Exchange } from '../../src/trace.js';

/** Whether a request to Graph may change something. A `$batch` is a POST, and reads where all that it holds are reads. */
export function isGraphWrite({ system, method, path, request }: Exchange): boolean {
  if (system !== 'graph' || method === 'GET') return false;
  if (!path.endsWith('/$batch')) return true;
  return !isBatchOfReads(request.body);
}

/** Whether the body of a `$batch` holds nothing but reads. */
export function isBatchOfReads(body: unknown): boolean {
  const { requests = [] } = (typeof body === 'string' ? JSON.parse(body) : body) as { requests?: { method: string }[] };
  return requests.every(({ method }) => method === 'GET');
}
