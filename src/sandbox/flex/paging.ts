import type { HonoRequest } from 'hono';

const defaultPageSize = 50;
const maxPageSize = 1000;

/** One page of a list as Twilio cuts it (`PageSize`, `Page`), and its `meta` with public URLs. */
export function page<T>(request: HonoRequest, url: string, key: string, all: readonly T[]) {
  const size = clamp(request.query('PageSize'), 1, maxPageSize, defaultPageSize);
  const number = clamp(request.query('Page'), 0, Number.MAX_SAFE_INTEGER, 0);
  const at = (wanted: number) => {
    const there = new URL(url);
    for (const [name, value] of Object.entries(request.query())) there.searchParams.set(name, value);
    there.searchParams.set('PageSize', String(size));
    there.searchParams.set('Page', String(wanted));
    // The SDK hands the token back as it came; the page number alone decides here.
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

function clamp(text: string | undefined, least: number, most: number, otherwise: number): number {
  return text && /^\d+$/.test(text) ? Math.min(Math.max(Number(text), least), most) : otherwise;
}
