/** The query `?$filter=…&$select=…`; `filter` as OData writes it, with its literals quoted by `quoted`. */
export function query(filter: string, select: readonly string[]): string {
  return `?$filter=${encodeURIComponent(filter)}&$select=${select.join(',')}`;
}

/** A string literal of OData: quotes inside are doubled. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
