import type { HonoRequest } from 'hono';
import type { Refusal } from './system.js';

const defaultPageSize = 50;
const maxPageSize = 1000;

/** One page of a list as Twilio cuts it (`PageSize`, `Page`), and its `meta` with public URLs. Throws a refusal of values that are out of range. */
export function page<T>(request: HonoRequest, url: string, key: string, all: readonly T[]) {
  const size = whole(request, 'PageSize', 1, maxPageSize) ?? defaultPageSize;
  const number = whole(request, 'Page', 0, 1_000_000) ?? 0;
  const token = request.query('PageToken');
  if (token !== undefined && token !== `PT${number}`) throw invalid('PageToken', token);
  const at = (wanted: number) => {
    const there = new URL(url);
    for (const [name, value] of Object.entries(request.query())) there.searchParams.set(name, value);
    there.searchParams.set('PageSize', String(size));
    there.searchParams.set('Page', String(wanted));
    // The SDK sends the token back as it came; only the page number decides here.
    there.searchParams.delete('PageToken');
    if (wanted > 0) there.searchParams.set('PageToken', `PT${wanted}`);
    return there.href;
  };
  return {
    items: all.slice(number * size, (number + 1) * size),
    meta: {
      page: number,
      page_size: size,
      first_page_url: at(0),
      previous_page_url: number > 0 ? at(number - 1) : null,
      url: at(number),
      next_page_url: (number + 1) * size < all.length ? at(number + 1) : null,
      key,
    },
  };
}

/** The bounds are those of Twilio's OpenAPI; what the real services say of other values is unverified. */
function whole(request: HonoRequest, name: string, least: number, most: number): number | undefined {
  const text = request.query(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw invalid(name, text);
  return value;
}

const invalid = (name: string, text: string): Error & Refusal =>
  Object.assign(new Error(`Invalid value '${text}' for the query option ${name}`), {
    status: 400 as const,
    code: 20001,
  });
