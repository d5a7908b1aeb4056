package dev.trine.mlflow;

import dev.trine.mlflow.Filter.Clause;
import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.Filter.Compared;
import dev.trine.mlflow.Filter.Listed;
import dev.trine.mlflow.Filter.Literal;
import dev.trine.mlflow.Filter.Operator;
import dev.trine.mlflow.Filter.Present;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Comparison;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.Search.Match;
import dev.trine.shared.Search.Stage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a search of one kind of thing as MLflow's clients write it, with what MLflow allows of each column.
 *
 * @param ofFilter what a column of a filter means
 * @param ofOrder what one to order by means
 * @param <C> what the thing can be searched by
 */
record SearchReader<C>(Function<Column, Known<C>> ofFilter, Function<Column, C> ofOrder) {

    private static final int MOST_ORDERS = 20;
    private static final Set<Kind> MAY_BE_ABSENT = Set.of(Kind.TAG, Kind.PARAM, Kind.METADATA, Kind.ASSESSMENT);

    /** A column that the thing has. */
    record Known<C>(C column, Kind kind) {}

    /** What a column's values are, and with that what they can be compared with. */
    enum Kind {
        METRIC("metric"),
        PARAM("parameter"),
        TAG("tag"),
        ATTRIBUTE("attributes"),
        /** One that can be compared with a list. */
        LISTED("attributes"),
        TIME("numeric attribute"),
        /** The number of an experiment, which may be written as text. */
        EXPERIMENT("attributes"),
        /** The number of a model's version, which may be written as text. */
        VERSION("numeric attribute"),
        DATASET("dataset attributes"),
        METADATA("request_metadata"),
        SPAN("span attributes"),
        ASSESSMENT("assessments");

        private final String inWords;

        Kind(String inWords) {
            this.inWords = inWords;
        }
    }

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} that tells the place */
    Search<C> read(@Nullable String view, @Nullable String filter, @Nullable List<String> orderBy) {
        return new Search<>(stage(view), conditions(filter, ofFilter), orders(orderBy == null ? List.of() : orderBy));
    }

    /** What must hold by a filter. */
    static <C> List<Condition<C>> conditions(@Nullable String filter, Function<Column, Known<C>> columns) {
        return FilterParser.filter(filter).clauses().stream()
                .map(clause -> condition(clause, columns.apply(clause.column())))
                .toList();
    }

    private List<Search.Order<C>> orders(List<String> asked) {
        if (asked.size() > MOST_ORDERS) {
            throw MlflowException.invalid("order_by has at most %d clauses".formatted(MOST_ORDERS));
        }
        var seen = new HashSet<C>();
        return asked.stream()
                .map(FilterParser::order)
                .map(order -> new Search.Order<>(ofOrder.apply(order.column()), order.ascending()))
                .peek(order -> {
                    if (!seen.add(order.column())) {
                        throw MlflowException.invalid("`order_by` contains duplicate fields: " + asked);
                    }
                })
                .toList();
    }

    private static Stage stage(@Nullable String view) {
        return switch (view == null ? "" : view) {
            case "", "ACTIVE_ONLY", "1" -> Stage.ACTIVE;
            case "DELETED_ONLY", "2" -> Stage.DELETED;
            case "ALL", "3" -> Stage.ANY;
            default ->
                throw MlflowException.invalid(
                        "Invalid view type '%s': must be ACTIVE_ONLY, DELETED_ONLY or ALL".formatted(view));
        };
    }

    private static <C> Condition<C> condition(Clause clause, Known<C> known) {
        return switch (clause) {
            case Compared compared -> compared(compared, known);
            case Listed listed -> listed(listed, known);
            case Present present -> {
                if (!MAY_BE_ABSENT.contains(known.kind())) {
                    throw MlflowException.invalid(
                            "IS NULL / IS NOT NULL is only supported for tags and params, not for " + clause.column());
                }
                yield new Condition.Present<>(known.column(), present.present());
            }
        };
    }

    private static <C> Condition<C> compared(Compared clause, Known<C> known) {
        return switch (known.kind()) {
            case METRIC, TIME -> {
                if (!(clause.value() instanceof Literal.Numeric(double value))) {
                    throw MlflowException.invalid("Expected numeric value type for %s. Found %s (at %s)"
                            .formatted(
                                    known.kind() == Kind.METRIC
                                            ? known.kind().inWords
                                            : known.kind().inWords + ": "
                                                    + clause.column().key(),
                                    clause.value(),
                                    clause.column()));
                }
                yield new Condition.Compared<>(known.column(), comparison(clause), value);
            }
            case EXPERIMENT -> {
                if (clause.operator() != Operator.EQUAL && clause.operator() != Operator.DIFFERENT) {
                    throw comparator(clause);
                }
                yield new Condition.Compared<>(known.column(), comparison(clause), experiment(clause.value()));
            }
            case VERSION -> new Condition.Compared<>(known.column(), comparison(clause), version(clause));
            case PARAM, TAG, ATTRIBUTE, LISTED, DATASET, METADATA, SPAN, ASSESSMENT ->
                new Condition.Text<>(known.column(), match(clause), text(clause, known.kind()));
        };
    }

    private static Match match(Compared clause) {
        return switch (clause.operator()) {
            case EQUAL -> Match.EQUAL;
            case DIFFERENT -> Match.DIFFERENT;
            case LIKE -> Match.LIKE;
            case ILIKE -> Match.LIKE_IN_ANY_CASE;
            case LESS, LESS_OR_EQUAL, MORE, MORE_OR_EQUAL -> throw comparator(clause);
        };
    }

    private static String text(Compared clause, Kind kind) {
        if (!(clause.value() instanceof Literal.Text(String text))) {
            throw MlflowException.invalid(
                    "Expected a quoted string value for %s (e.g. 'my-value'). Got value %s (at %s)"
                            .formatted(kind.inWords, clause.value(), clause.column()));
        }
        return text;
    }

    private static Comparison comparison(Compared clause) {
        return switch (clause.operator()) {
            case EQUAL -> Comparison.EQUAL;
            case DIFFERENT -> Comparison.DIFFERENT;
            case LESS -> Comparison.LESS;
            case LESS_OR_EQUAL -> Comparison.LESS_OR_EQUAL;
            case MORE -> Comparison.MORE;
            case MORE_OR_EQUAL -> Comparison.MORE_OR_EQUAL;
            case LIKE, ILIKE -> throw comparator(clause);
        };
    }

    private static double experiment(Literal value) {
        return switch (value) {
            case Literal.Numeric(double number) -> number;
            case Literal.Text(String text) -> MlflowWire.experimentNumber(text);
        };
    }

    private static double version(Compared clause) {
        String written = switch (clause.value()) {
            case Literal.Numeric number -> number.toString();
            case Literal.Text(String text) -> text;
        };
        try {
            return Integer.parseInt(written.strip());
        } catch (NumberFormatException e) {
            throw MlflowException.invalid("Invalid value for numeric attribute '%s': %s"
                    .formatted(clause.column().key(), clause.value()));
        }
    }

    private static <C> Condition<C> listed(Listed clause, Known<C> known) {
        return switch (known.kind()) {
            case EXPERIMENT ->
                new Condition.OneOf<>(
                        known.column(),
                        clause.within(),
                        clause.values().stream()
                                .map(value -> Long.toString(MlflowWire.experimentNumber(value)))
                                .toList());
            case LISTED, DATASET, SPAN -> new Condition.OneOf<>(known.column(), clause.within(), clause.values());
            case METRIC, PARAM, TAG, ATTRIBUTE, TIME, VERSION, METADATA, ASSESSMENT ->
                throw MlflowException.invalid("%s is not compared with a list here".formatted(clause.column()));
        };
    }

    private static MlflowException comparator(Compared clause) {
        return MlflowException.invalid(
                "Invalid comparator '%s' for %s".formatted(clause.operator().sign(), clause.column()));
    }
}
