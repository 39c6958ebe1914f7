import type { Change } from '../migration/state.js';

/** What a change holds before and after. */
export type Json = Change['before'];
export type JsonObject = Readonly<Record<string, Json>>;

/** Text with something in it. */
export const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

export const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
