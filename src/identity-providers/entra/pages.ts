import { FlexSsoError } from '../../errors.js';
import type { GraphReader } from './client.js';
import { findTogether } from './find-together.js';

/** A page of a collection, and where the next one is. */
export interface Page<T> {
  value?: T[];
  '@odata.nextLink'?: string;
}

/**
 * No real list is near it: with 999 entries a page it is a million entries. A directory holds 300,000 objects unless Microsoft
 * raises that.
 */
const mostPages = 1000;

/** Throws if the next page is one that was read, or if the pages have no end. `count` pages were read. */
export function demandNewPage(next: string, seen: ReadonlySet<string>, count: number): void {
  if (seen.has(next)) throw endless('names a next page that was read before');
  if (count >= mostPages) throw endless(`names more than ${mostPages} pages of one list`);
}

const endless = (what: string) =>
  new FlexSsoError('graph-pages-endless', `Microsoft Graph ${what}, so flex-sso stops reading.`, traceHint);

const traceHint = 'Run the same command with `--trace FILE` and look at the last answers.';

/** Reads collections together, a page of each at a time, to their last pages. One that is gone has no page. */
export async function readPages<T>(
  graph: GraphReader,
  paths: readonly string[],
  take: (index: number, page: Page<T>) => void,
): Promise<void> {
  const seen = new Set(paths);
  let open = paths.map((path, index) => ({ path, index }));
  for (let round = 1; open.length > 0; round++) {
    const pages = await findTogether<Page<T>[]>(
      graph,
      open.map(({ path }) => path),
      // What has a second page is large, so that every request counts.
      round === 1 ? undefined : 1,
    );
    open = open.flatMap(({ index }, position) => {
      const page = pages[position];
      if (!page) return [];
      take(index, page);
      const next = nextPath(page);
      if (!next) return [];
      demandNewPage(next, seen, round);
      seen.add(next);
      return [{ path: next, index }];
    });
  }
}

/** The path of the next page: of a link that a server sent, nothing but what comes after the version is followed. */
export function nextPath({ '@odata.nextLink': link }: Page<unknown>): string | undefined {
  if (!link) return undefined;
  if (!URL.canParse(link))
    throw new FlexSsoError('graph-next-page', 'Microsoft Graph names a next page that is not a valid URL.', traceHint);
  const { pathname, search } = new URL(link);
  return `${pathname.replace(/^.*?\/v1\.0(?=\/)/, '')}${search}`;
}
