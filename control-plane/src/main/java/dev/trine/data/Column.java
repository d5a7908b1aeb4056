package dev.trine.data;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table, as inferred from all its values.
 *
 * @param nulls how many values are empty
 * @param min least value; numerically for numbers, by characters otherwise, and no more than the first 256 of them; null when all
 *     are empty
 * @param max greatest value, in the same way
 * @param distinct how many different values; null when there are more than 1,000, or in a table of more than 500 columns more
 *     than 500,000 divided by their number
 */
public record Column(
        String name,
        Type type,
        long nulls,
        @Nullable String min,
        @Nullable String max,
        @Nullable Integer distinct) {

    /** The narrowest type that all non-empty values have. */
    @Schema(name = "ColumnType")
    public enum Type {
        INTEGER,
        NUMBER,
        BOOLEAN,
        STRING
    }
}
