package dev.trine.shared;

import dev.trine.shared.Search.Column;

/** How a table tells what is searched for. */
public interface SearchColumns {

    /** @param sql null where there is no value; of numbers a {@code double precision} */
    record Value(String sql, boolean number) {}

    /**
     * @param key the name of the parameter with the key of a metric, a param or a tag
     * @throws TrineException {@code VALIDATION_FAILED} if the table has no such column
     */
    Value value(Column column, String key);

    /** A time as milliseconds since the epoch. */
    static Value millis(String column) {
        return new Value("floor(extract(epoch FROM %s) * 1000)::double precision".formatted(column), true);
    }
}
