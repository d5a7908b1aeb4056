package dev.trine.shared;

import org.jspecify.annotations.Nullable;

/**
 * How a table tells what is searched for.
 *
 * @param <C> what its rows can be searched by
 */
@FunctionalInterface
public interface SearchColumns<C> {

    /** @param parameters where whatever the caller says goes, and where entries are joined */
    Value value(C column, Parameters parameters);

    /** What a statement is given beside its text. */
    interface Parameters {

        /** Adds one; returns what stands for it in the statement. */
        String add(Object value);

        /**
         * Joins the one entry that a row may have of a name, once however often it is asked for.
         *
         * @param table of entries, whose column {@code key} has their names
         * @param belongs which of them are a row's, {@code %1$s} being the entry
         * @return what the entry is called in the statement; its columns are null where there is none
         */
        String entry(String table, String belongs, String key);
    }

    /**
     * The value of a row.
     *
     * @param sql null where there is no value; of numbers a {@code double precision}
     * @param among where the row's values are, if it may have several
     */
    record Value(String sql, boolean number, @Nullable Among among) {

        /** The one by which rows are ordered. */
        Value ordered() {
            return among == null
                    ? this
                    : new Value(
                            "(SELECT %s %s ORDER BY %s LIMIT 1)".formatted(sql, among.from(), among.first()),
                            number,
                            null);
        }
    }

    /**
     * Where the values of a row are.
     *
     * @param from the tables and at least one condition: {@code FROM … WHERE …}
     * @param first the order of which the first value is what the row is ordered by
     */
    record Among(String from, String first) {}

    static Value text(String sql) {
        return new Value(sql, false, null);
    }

    /** @param sql a {@code double precision} */
    static Value number(String sql) {
        return new Value(sql, true, null);
    }

    /** A time as milliseconds since the epoch. */
    static Value millis(String column) {
        return number("floor(extract(epoch FROM %s) * 1000)::double precision".formatted(column));
    }

    /** The 32 hex digits of an id. */
    static Value hex(String column) {
        return text("replace(%s::text, '-', '')".formatted(column));
    }
}
