import { useInfiniteQuery } from "@tanstack/react-query";
import type { paged } from "@/api/paging";
import { LoadMore } from "@/ui";

/** A keyset-paged list as the properties of a `DataTable`: its rows so far, its error, and the button for more. */
export function useList<T>(options: ReturnType<typeof paged<T>>) {
  const query = useInfiniteQuery(options);
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    onRetry: () => void query.refetch(),
    footer: (
      <LoadMore hasMore={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    ),
  };
}
