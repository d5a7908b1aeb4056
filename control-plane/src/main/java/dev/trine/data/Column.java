package dev.trine.data;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table, as inferred from all its values.
 *
 * @param nulls how many values are empty
 * @param min least value; numerically for numbers, by characters otherwise; null when all are empty
 * @param distinct how many different values; null when there are more than 1,000
 */
public record Column(
        String name,
        Type type,
        long nulls,
        @Nullable String min,
        @Nullable String max,
        @Nullable Integer distinct) {

    /** The narrowest type that all non-empty values have. */
    public enum Type {
        INTEGER,
        NUMBER,
        BOOLEAN,
        STRING
    }
}
