import { createHash } from 'node:crypto';
import type { Twilio } from 'twilio';
import type { WorkerRecord } from '../migration/state.js';
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

/** The roles in a Worker's attributes, which anybody may have written: an array, a comma list, or nothing usable. */
export function rolesOf(attributes: string): string[] {
  let roles: unknown;
  try {
    const parsed: unknown = JSON.parse(attributes);
    roles = typeof parsed === 'object' && parsed !== null && 'roles' in parsed ? parsed.roles : undefined;
  } catch {
    return [];
  }
  const list: unknown[] = Array.isArray(roles) ? roles : typeof roles === 'string' ? roles.split(',') : [];
  return list.flatMap(role => (typeof role === 'string' && role.trim() ? [role.trim()] : []));
}
