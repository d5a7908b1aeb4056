package dev.trine.shared;

import java.util.List;

/**
 * What of many is asked for, and in which order.
 *
 * @param where what must hold, all of it
 * @param orderBy what counts first comes first; what lacks a value is last either way, and NaN next to last
 */
public record Search(Stage stage, List<Condition> where, List<Order> orderBy) {

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

    /** What has a value, or none, of each thing searched. */
    public sealed interface Column {

        /** The latest value, a number. */
        record Metric(String key) implements Column {}

        record Param(String key) implements Column {}

        record Tag(String key) implements Column {}
    }

    /** What everything has; times are milliseconds since the epoch. */
    public enum Attribute implements Column {
        /** The 32 hex digits of a run's id. */
        ID,
        /** Of experiments. */
        NUMBER,
        /** The number of a model's version. */
        VERSION,
        /** The 32 hex digits of the id of the run that something comes from. */
        RUN,
        /** Where a model's version comes from, in the words of whoever registered it. */
        SOURCE,
        NAME,
        STATUS,
        STARTED_AT,
        ENDED_AT,
        CREATED_AT,
        UPDATED_AT
    }

    /** Holds for nothing that lacks the column's value, but for {@link Present}. */
    public sealed interface Condition {

        Column column();

        /** Compares a number; NaN differs from all and is neither less nor more. */
        record Compared(Column column, Comparison comparison, double value) implements Condition {}

        record Text(Column column, Match match, String value) implements Condition {}

        record OneOf(Column column, boolean within, List<String> values) implements Condition {
            public OneOf {
                values = List.copyOf(values);
            }
        }

        /** Whether there is a value. */
        record Present(Column column, boolean present) implements Condition {}
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
        LIKE_IN_ANY_CASE
    }

    public record Order(Column column, boolean ascending) {}
}
