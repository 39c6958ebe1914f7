import { createHash } from 'node:crypto';
import type { Twilio } from 'twilio';
import type { WorkerRecord } from '../migration/facts.js';
import type { WorkerAttributes } from './client.js';
import { asking } from './twilio.js';

/** TaskRouter's largest page. */
const pageSize = 1000;

/** Reads all Workers of a workspace (`WS…`). Throws `FlexSsoError`. */
export async function readWorkers(twilio: Twilio, workspaceSid: string): Promise<WorkerRecord[]> {
  const workers = await asking(
    'list the Workers',
    twilio.taskrouter.v1.workspaces(workspaceSid).workers.list({ pageSize }),
  );
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

/** Reads one Worker. Throws `FlexSsoError`. */
export async function readWorker(
  twilio: Twilio,
  workspaceSid: string,
  sid: string,
): Promise<WorkerAttributes | undefined> {
  const found = await asking(
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
