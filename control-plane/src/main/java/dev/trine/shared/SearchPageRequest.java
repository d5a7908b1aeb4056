package dev.trine.shared;

import org.jspecify.annotations.Nullable;

/**
 * As {@link PageRequest}, for what is found by a {@link Search}, whose pages have tokens of their own.
 *
 * @param size how many items at most
 * @param token of the page before; null for the first page
 */
public record SearchPageRequest(int size, @Nullable String token) {

    static SearchPageRequest parse(@Nullable String size, @Nullable String token) {
        return new SearchPageRequest(PageRequest.size(size), token);
    }
}
