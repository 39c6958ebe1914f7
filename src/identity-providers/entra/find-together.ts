import { GraphError, type GraphReader } from './client.js';
import { readRefusal } from './graph.js';
import { missingPermission } from './permissions.js';

/** What `find` would give for each path. Throws permission errors, and what Graph refuses. `few` as for `readTogether`. */
export async function findTogether<T extends readonly unknown[]>(
  graph: GraphReader,
  paths: { readonly [K in keyof T]: string },
  few?: number,
): Promise<{ [K in keyof T]: T[K] | undefined }> {
  const answers = await graph.readTogether(paths, few);
  const found = paths.map((path, index) => {
    const { status, body } = answers[index] ?? { status: 0, body: undefined };
    if (status === 404) return undefined;
    if (status >= 200 && status < 300) return body;
    const refusal = { status, ...readRefusal({ status, body }) };
    throw missingPermission({ method: 'GET', path }, refusal) ?? new GraphError(status, refusal.code, refusal.message);
  });
  return found as { [K in keyof T]: T[K] | undefined };
}
