import { createHash } from 'node:crypto';

/** What temporary names begin with. */
export const temporaryNames = 'flex-sso ';

/** The display name of a new application until everything else about it is right: nobody else uses it, so an interrupted creation is found again. */
export const temporaryName = (migrationId: string) => temporaryNames + migrationId;

/** Whether it is the temporary name of this migration's application, or of an earlier one's. */
export const isTemporaryName = (name: string) => /^flex-sso [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** A display name for something else that a migration creates, the same in every run. */
export const nameFor = (migrationId: string, what: string) => `Flex SSO ${what} ${migrationId.slice(0, 8)}`;

/** The same id in every run for the same names: a UUID of version 8, from their SHA-256. */
export function idFor(...names: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
