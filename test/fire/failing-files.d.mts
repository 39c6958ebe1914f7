export const calls: readonly string[];
export const errors: readonly string[];
export function failing(call: string, n: number | string, error: string, files?: RegExp): Record<string, string>;
export function inject(failure: string, files?: RegExp): () => boolean;
