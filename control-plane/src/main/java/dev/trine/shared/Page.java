package dev.trine.shared;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextPageToken gets the next page; absent when there is no more
 */
public record Page<T>(List<T> items, @Nullable String nextPageToken) {

    public Page {
        items = List.copyOf(items);
    }

    /** Cuts a page out of {@code rows}, which were selected with {@code LIMIT request.limit()}. */
    public static <T> Page<T> of(List<T> rows, PageRequest request, Function<? super T, UUID> key) {
        if (rows.size() <= request.size()) {
            return new Page<>(rows, null);
        }
        List<T> page = rows.subList(0, request.size());
        return new Page<>(page, PageRequest.tokenAfter(key.apply(page.getLast())));
    }

    /** The same of a list that is sorted by a name. */
    public static <T> Page<T> of(List<T> rows, NamedPageRequest request, Function<? super T, String> name) {
        if (rows.size() <= request.size()) {
            return new Page<>(rows, null);
        }
        List<T> page = rows.subList(0, request.size());
        return new Page<>(page, NamedPageRequest.tokenAfter(name.apply(page.getLast())));
    }

    /** The same page with something else of each item. */
    public <R> Page<R> map(Function<? super T, ? extends R> of) {
        return new Page<>(items.stream().<R>map(of).toList(), nextPageToken);
    }
}
