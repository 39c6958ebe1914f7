/** An object of JSON, whatever it holds. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object to look into, whatever stands in its place. */
export const objectIn = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** A text, whatever stands in its place. */
export const stringIn = (value: unknown): string => (typeof value === 'string' ? value : '');
