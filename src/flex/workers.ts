import { createHash } from 'node:crypto';
import type { Twilio } from 'twilio';
import type { WorkerRecord } from '../migration/facts.js';
import type { Server } from '../network-trouble.js';
import { oddAnswer } from './answer.js';
import type { WorkerAttributes } from './client.js';
import { asking } from './twilio.js';

/** TaskRouter's largest page. */
const pageSize = 1000;
/** No real workspace is near it: 200,000 Workers, more than ten times a very large contact centre. */
const mostPages = 200;
const listing = 'list the Workers';

/** Reads all Workers of a workspace (`WS…`). Throws `FlexSsoError`. */
export async function readWorkers(twilio: Twilio, server: Server, workspaceSid: string): Promise<WorkerRecord[]> {
  const workers = await asking(server, listing, listWorkers(twilio, server, workspaceSid));
  return workers.map(({ sid, friendlyName, dateUpdated, attributes }) => {
    // Typed by the SDK, but whatever the server sent.
    const [text, updated]: unknown[] = [attributes, dateUpdated];
    const known = typeof text === 'string' ? text : '';
    return {
      sid: String(sid),
      friendlyName: String(friendlyName),
      dateUpdated: updated instanceof Date ? updated.toISOString() : String(updated),
      roles: rolesOf(known),
      attributesDigest: createHash('sha256').update(known).digest('hex'),
    };
  });
}

/** Page by page, as the SDK's own list follows pages without end. */
async function listWorkers(twilio: Twilio, server: Server, workspaceSid: string) {
  const first = await twilio.taskrouter.v1.workspaces(workspaceSid).workers.page({ pageSize });
  const workers = [...first.instances];
  let next = await first.nextPage();
  for (let count = 1; next; count++) {
    if (count === mostPages) throw oddAnswer(server, listing, `it names more than ${mostPages} pages`);
    workers.push(...next.instances);
    next = await next.nextPage();
  }
  return workers;
}

/** Reads one Worker. Throws `FlexSsoError`. */
export async function readWorker(
  twilio: Twilio,
  server: Server,
  workspaceSid: string,
  sid: string,
): Promise<WorkerAttributes | undefined> {
  const found = await asking(
    server,
    'read a Worker',
    twilio.taskrouter.v1.workspaces(workspaceSid).workers(sid).fetch().catch(absent),
  );
  if (!found) return undefined;
  const [text, updated]: unknown[] = [found.attributes, found.dateUpdated];
  const attributes = typeof text === 'string' ? text : '';
  const { email, full_name: fullName } = objectIn(attributes);
  return {
    dateUpdated: updated instanceof Date ? updated.toISOString() : String(updated),
    roles: rolesOf(attributes),
    ...(typeof email === 'string' && { email }),
    ...(typeof fullName === 'string' && { fullName }),
  };
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
  throw error;
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** The roles in a Worker's attributes, which anybody may have written: an array, a comma list, or nothing usable. */
export function rolesOf(attributes: string): string[] {
  const { roles } = objectIn(attributes);
  const list: unknown[] = Array.isArray(roles) ? roles : typeof roles === 'string' ? roles.split(',') : [];
  return list.flatMap(role => (typeof role === 'string' && role.trim() ? [role.trim()] : []));
}
