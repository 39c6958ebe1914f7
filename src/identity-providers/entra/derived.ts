import { createHash } from 'node:crypto';

/** The display name of a new application until everything else about it is right: nobody else uses it, so an interrupted creation is found again. */
export const temporaryName = (migrationId: string) => `flex-sso ${migrationId}`;

/** A display name for something else that a migration creates, the same in every run. */
export const nameFor = (migrationId: string, what: string) => `Flex SSO ${what} ${migrationId.slice(0, 8)}`;

/** The same id in every run for the same names: a UUID of version 8, from their SHA-256. */
export function idFor(...names: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
