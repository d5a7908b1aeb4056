package dev.trine.mlflow;

import java.util.List;
import java.util.stream.Collectors;

/** A filter as MLflow's clients write it: clauses that must all hold. {@link #toString} writes one that is read as the same. */
record Filter(List<Clause> clauses) {

    Filter {
        clauses = List.copyOf(clauses);
    }

    @Override
    public String toString() {
        return clauses.stream().map(Clause::toString).collect(Collectors.joining(" AND "));
    }

    /**
     * What a clause is about, such as {@code params.depth}.
     *
     * @param entity what stands before the first dot; empty without one
     */
    record Column(String entity, String key) {

        @Override
        public String toString() {
            return (entity.isEmpty() ? "" : entity + ".") + quoted(key, '`');
        }
    }

    sealed interface Clause {

        Column column();
    }

    record Compared(Column column, Operator operator, Literal value) implements Clause {

        @Override
        public String toString() {
            return "%s %s %s".formatted(column, operator.sign(), value);
        }
    }

    /** {@code IN} a list, or {@code NOT IN}. */
    record Listed(Column column, boolean within, List<String> values) implements Clause {

        Listed {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.stream()
                    .map(value -> quoted(value, '\''))
                    .collect(Collectors.joining(", ", column + (within ? " IN (" : " NOT IN ("), ")"));
        }
    }

    /** {@code IS NOT NULL}, or {@code IS NULL}. */
    record Present(Column column, boolean present) implements Clause {

        @Override
        public String toString() {
            return column + (present ? " IS NOT NULL" : " IS NULL");
        }
    }

    sealed interface Literal {

        record Text(String text) implements Literal {

            @Override
            public String toString() {
                return quoted(text, '\'');
            }
        }

        record Numeric(double number) implements Literal {

            @Override
            public String toString() {
                return number == Math.rint(number) && number != 0 && Math.abs(number) < 1e15
                        ? Long.toString((long) number)
                        : Double.toString(number);
            }
        }
    }

    enum Operator {
        EQUAL("="),
        DIFFERENT("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        MORE(">"),
        MORE_OR_EQUAL(">="),
        LIKE("LIKE"),
        ILIKE("ILIKE");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    /** A piece of an order: a column, and which way. */
    record Order(Column column, boolean ascending) {

        @Override
        public String toString() {
            return column + (ascending ? " ASC" : " DESC");
        }
    }

    private static String quoted(String text, char quote) {
        String mark = String.valueOf(quote);
        return mark + text.replace(mark, mark + mark) + mark;
    }
}
