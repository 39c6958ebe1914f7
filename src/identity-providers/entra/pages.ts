import { GraphError, type GraphReader } from './client.js';
import { findTogether } from './find-together.js';

/** A page of a collection, and where the next one is. */
export interface Page<T> {
  value?: T[];
  '@odata.nextLink'?: string;
}

/** Reads collections together, a page of each at a time, to their last pages. One that is gone has no page. */
export async function readPages<T>(
  graph: GraphReader,
  paths: readonly string[],
  take: (index: number, page: Page<T>) => void,
): Promise<void> {
  const seen = new Set(paths);
  let open = paths.map((path, index) => ({ path, index }));
  for (let isFirst = true; open.length > 0; isFirst = false) {
    const pages = await findTogether<Page<T>[]>(
      graph,
      open.map(({ path }) => path),
      // What has a second page is large, so that every request counts.
      isFirst ? undefined : 1,
    );
    open = open.flatMap(({ index }, position) => {
      const page = pages[position];
      if (!page) return [];
      take(index, page);
      const next = nextPath(page);
      if (next && seen.has(next)) throw new GraphError(200, 'PagesInCircle', 'The next page is one that was read.');
      return next && seen.add(next) ? [{ path: next, index }] : [];
    });
  }
}

/** The path of the next page: of a link that a server sent, nothing but what comes after the version is followed. */
export function nextPath({ '@odata.nextLink': link }: Page<unknown>): string | undefined {
  if (!link) return undefined;
  if (!URL.canParse(link)) throw new GraphError(200, 'PageUnknown', 'The next page is at no address that can be read.');
  const { pathname, search } = new URL(link);
  return `${pathname.replace(/^.*?\/v1\.0(?=\/)/, '')}${search}`;
}
