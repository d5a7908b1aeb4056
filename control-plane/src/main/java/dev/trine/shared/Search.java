package dev.trine.shared;

import java.util.List;

/**
 * What of many is asked for, and in which order.
 *
 * @param where what must hold, all of it
 * @param orderBy what counts first comes first; what lacks a value is last either way, and NaN next to last
 * @param <C> what it can be searched by: texts, and numbers, of which times are milliseconds since the epoch
 */
public record Search<C>(Stage stage, List<Condition<C>> where, List<Order<C>> orderBy) {

    public Search {
        where = List.copyOf(where);
        orderBy = List.copyOf(orderBy);
    }

    /** Whether what was deleted, and can be restored, is meant. */
    public enum Stage {
        ACTIVE,
        DELETED,
        ANY
    }

    /** Holds for nothing that lacks the column's value, but for {@link Present}; of several values one is enough. */
    public sealed interface Condition<C> {

        C column();

        /** Compares a number; NaN differs from all and is neither less nor more. */
        record Compared<C>(C column, Comparison comparison, double value) implements Condition<C> {}

        record Text<C>(C column, Match match, String value) implements Condition<C> {}

        record OneOf<C>(C column, boolean within, List<String> values) implements Condition<C> {
            public OneOf {
                values = List.copyOf(values);
            }
        }

        /** Whether there is a value. */
        record Present<C>(C column, boolean present) implements Condition<C> {}
    }

    public enum Comparison {
        EQUAL,
        DIFFERENT,
        LESS,
        LESS_OR_EQUAL,
        MORE,
        MORE_OR_EQUAL
    }

    /** Patterns have SQL's {@code %} and {@code _}. */
    public enum Match {
        EQUAL,
        DIFFERENT,
        LIKE,
        LIKE_IN_ANY_CASE,
        /** Has it somewhere, as it is and no pattern. */
        WITHIN_IN_ANY_CASE
    }

    public record Order<C>(C column, boolean ascending) {}
}
