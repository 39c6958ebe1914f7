import { createHash, randomBytes } from 'node:crypto';

/** A SID that is the same for the same parts, `JQ…`, so that a world made twice is the same world. */
export function sid(prefix: string, ...parts: string[]): string {
  return (
    prefix +
    createHash('sha256')
      .update([prefix, ...parts].join('\n'))
      .digest('hex')
      .slice(0, 32)
  );
}

/** A token or code that nobody can guess. */
export const randomToken = (): string => randomBytes(24).toString('base64url');

/** The Flex identity of a NameID: every byte that is no ASCII letter or digit as `_HH`. */
export function identityOf(nameId: string): string {
  return [...Buffer.from(nameId, 'utf8')]
    .map(byte => String.fromCharCode(byte))
    .map(char => (/[A-Za-z0-9]/.test(char) ? char : `_${hex(char)}`))
    .join('');
}

/** A date as Twilio writes it: ISO 8601 in UTC, whole seconds. */
export const twilioTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const hex = (char: string) => char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
