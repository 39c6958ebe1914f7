import { createHash } from 'node:crypto';

/** The same GUID for the same name, so that two fresh sandboxes hold the same objects. */
export function guidFrom(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
