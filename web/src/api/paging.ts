import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Page } from "./types";

/** What one page of a list is asked with. */
export interface PageQuery {
  pageSize: number;
  pageToken?: string;
}

/** How a list behaves. */
export interface PagedOptions<T> {
  /** Whether an item may change by itself soon; such a list is asked for more often. */
  busy?: (item: T) => boolean;
  enabled?: boolean;
}

const PAGE_SIZE = 50;

/** The options of a keyset-paged list: page after page by the token of the last. */
export function paged<T>(
  key: readonly unknown[],
  load: (query: PageQuery) => Promise<Page<T>>,
  options: PagedOptions<T> = {},
) {
  const { busy, enabled = true } = options;
  return infiniteQueryOptions({
    enabled,
    queryKey: key,
    queryFn: ({ pageParam }) =>
      load(pageParam === null ? { pageSize: PAGE_SIZE } : { pageSize: PAGE_SIZE, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken ?? null,
    refetchInterval: (query) =>
      busy !== undefined && (query.state.data?.pages.some((page) => page.items.some(busy)) ?? false) ? 2000 : 15_000,
  });
}

/** The most items a page may have. */
const LARGEST_PAGE = 500;

/** The items of a list page by page, for those who look for one of them. */
export async function* pagesOf<T>(load: (query: PageQuery) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let pageToken: string | undefined;
  do {
    const page = await load({ pageSize: LARGEST_PAGE, ...(pageToken === undefined ? {} : { pageToken }) });
    yield page.items;
    pageToken = page.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
}
