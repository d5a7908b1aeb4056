package dev.trine.mlflow;

import dev.trine.mlflow.Filter.Clause;
import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.Filter.Compared;
import dev.trine.mlflow.Filter.Listed;
import dev.trine.mlflow.Filter.Literal;
import dev.trine.mlflow.Filter.Operator;
import dev.trine.mlflow.Filter.Order;
import dev.trine.mlflow.Filter.Present;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Attribute;
import dev.trine.shared.Search.Comparison;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.Search.Match;
import dev.trine.shared.Search.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Searches as MLflow's clients ask for them, with what MLflow allows of each column. */
final class Searches {

    private static final int MOST_ORDERS = 20;
    private static final Set<Operator> ON_TEXT =
            Set.of(Operator.EQUAL, Operator.DIFFERENT, Operator.LIKE, Operator.ILIKE);
    private static final Map<String, Attribute> OF_RUNS = Map.ofEntries(
            Map.entry("run_id", Attribute.ID),
            Map.entry("run_name", Attribute.NAME),
            Map.entry("run name", Attribute.NAME),
            Map.entry("Run name", Attribute.NAME),
            Map.entry("Run Name", Attribute.NAME),
            Map.entry("status", Attribute.STATUS),
            Map.entry("start_time", Attribute.STARTED_AT),
            Map.entry("created", Attribute.STARTED_AT),
            Map.entry("Created", Attribute.STARTED_AT),
            Map.entry("end_time", Attribute.ENDED_AT));
    private static final Map<String, Attribute> OF_EXPERIMENTS = Map.of(
            "name", Attribute.NAME,
            "experiment_id", Attribute.NUMBER,
            "creation_time", Attribute.CREATED_AT,
            "last_update_time", Attribute.UPDATED_AT);
    private static final Map<String, Attribute> OF_REGISTERED_MODELS = Map.of("name", Attribute.NAME);
    private static final Map<String, Attribute> ORDERS_OF_REGISTERED_MODELS = Map.of(
            "name", Attribute.NAME,
            "timestamp", Attribute.UPDATED_AT,
            "last_updated_timestamp", Attribute.UPDATED_AT);
    private static final Map<String, Attribute> OF_MODEL_VERSIONS = Map.of(
            "name", Attribute.NAME,
            "version_number", Attribute.VERSION,
            "run_id", Attribute.RUN,
            "source_path", Attribute.SOURCE);
    private static final Map<String, Attribute> ORDERS_OF_MODEL_VERSIONS = Map.of(
            "name", Attribute.NAME,
            "version_number", Attribute.VERSION,
            "creation_timestamp", Attribute.CREATED_AT,
            "last_updated_timestamp", Attribute.UPDATED_AT);
    private static final Set<Attribute> TIMES =
            Set.of(Attribute.STARTED_AT, Attribute.ENDED_AT, Attribute.CREATED_AT, Attribute.UPDATED_AT);
    /** A model or a version with this tag is a prompt, which is looked for on its own. */
    private static final Search.Column PROMPT_TAG = new Search.Column.Tag("mlflow.prompt.is_prompt");

    /**
     * What can be searched by.
     *
     * @param ofFilter what a column of a filter means
     * @param ofOrder what one to order by means
     * @param listed the attributes that are compared with lists
     */
    private record Columns(
            Function<Column, Search.Column> ofFilter, Function<Column, Search.Column> ofOrder, Set<String> listed) {}

    private Searches() {}

    static Search runs(@Nullable String view, @Nullable String filter, @Nullable List<String> orderBy) {
        return search(view, filter, orderBy, new Columns(Searches::ofRuns, Searches::ofRuns, Set.of("run_id")));
    }

    static Search experiments(@Nullable String view, @Nullable String filter, @Nullable List<String> orderBy) {
        return search(view, filter, orderBy, columns(OF_EXPERIMENTS, OF_EXPERIMENTS, Set.of("experiment_id")));
    }

    static Search registeredModels(@Nullable String filter, @Nullable List<String> orderBy) {
        return withoutPrompts(
                filter, orderBy, columns(OF_REGISTERED_MODELS, ORDERS_OF_REGISTERED_MODELS, Set.of("name")));
    }

    static Search modelVersions(@Nullable String filter, @Nullable List<String> orderBy) {
        return withoutPrompts(
                filter, orderBy, columns(OF_MODEL_VERSIONS, ORDERS_OF_MODEL_VERSIONS, Set.of("name", "run_id")));
    }

    /** Tags and some attributes to filter by, some attributes to order by. */
    private static Columns columns(
            Map<String, Attribute> ofFilter, Map<String, Attribute> ofOrder, Set<String> listed) {
        return new Columns(column -> tagOr(ofFilter, column), column -> only(ofOrder, column), listed);
    }

    /** Prompts are found only by who asks for them. */
    private static Search withoutPrompts(@Nullable String filter, @Nullable List<String> orderBy, Columns columns) {
        Search asked = search(null, filter, orderBy, columns);
        var others = asked.where().stream()
                .filter(condition -> !condition.column().equals(PROMPT_TAG))
                .collect(Collectors.toCollection(ArrayList::new));
        others.add(new Condition.Present(PROMPT_TAG, asked.where().stream().anyMatch(Searches::asksForPrompts)));
        return new Search(asked.stage(), others, asked.orderBy());
    }

    private static boolean asksForPrompts(Condition condition) {
        return condition instanceof Condition.Text(Search.Column column, Match match, String value)
                && column.equals(PROMPT_TAG)
                && ((match == Match.EQUAL && value.equalsIgnoreCase("true"))
                        || (match == Match.DIFFERENT && value.equalsIgnoreCase("false")));
    }

    private static Search search(
            @Nullable String view, @Nullable String filter, @Nullable List<String> orderBy, Columns columns) {
        List<Condition> conditions = FilterParser.filter(filter).clauses().stream()
                .map(clause -> condition(clause, columns))
                .toList();
        List<String> orders = orderBy == null ? List.of() : orderBy;
        if (orders.size() > MOST_ORDERS) {
            throw MlflowException.invalid("order_by has at most %d clauses".formatted(MOST_ORDERS));
        }
        var seen = new HashSet<Search.Column>();
        return new Search(
                stage(view),
                conditions,
                orders.stream()
                        .map(FilterParser::order)
                        .map(order -> order(order, columns.ofOrder().apply(order.column())))
                        .peek(order -> {
                            if (!seen.add(order.column())) {
                                throw MlflowException.invalid("`order_by` contains duplicate fields: " + orders);
                            }
                        })
                        .toList());
    }

    private static Search.Order order(Order asked, Search.Column column) {
        return new Search.Order(column, asked.ascending());
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

    private static Search.Column ofRuns(Column column) {
        return switch (column.entity()) {
            case "metric", "metrics" -> new Search.Column.Metric(column.key());
            case "param", "params", "parameter", "parameters" -> new Search.Column.Param(column.key());
            case "tag", "tags" ->
                column.key().equals(MlflowWire.RUN_NAME) ? Attribute.NAME : new Search.Column.Tag(column.key());
            case "", "attribute", "attributes", "attr", "run" ->
                column.key().equals("user_id")
                        ? new Search.Column.Tag(MlflowWire.USER)
                        : attribute(OF_RUNS, column.key());
            case "dataset", "datasets" ->
                throw MlflowException.invalid("Runs are not searched by their datasets here: " + column);
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type '%s'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"
                                .formatted(column.entity()));
        };
    }

    private static Search.Column tagOr(Map<String, Attribute> attributes, Column column) {
        return switch (column.entity()) {
            case "tag", "tags" -> new Search.Column.Tag(column.key());
            case "", "attribute" -> attribute(attributes, column.key());
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type '%s'. Valid entity types are ('attribute', 'tag', 'tags')"
                                .formatted(column.entity()));
        };
    }

    private static Search.Column only(Map<String, Attribute> attributes, Column column) {
        Search.Column found = tagOr(attributes, column);
        if (found instanceof Search.Column.Tag) {
            throw MlflowException.invalid("Invalid order_by entity: tag");
        }
        return found;
    }

    private static Attribute attribute(Map<String, Attribute> known, String key) {
        Attribute attribute = known.get(key);
        if (attribute == null) {
            throw MlflowException.invalid("Invalid attribute key '%s' specified. Valid keys are '%s'"
                    .formatted(key, known.keySet().stream().sorted().toList()));
        }
        return attribute;
    }

    private static Condition condition(Clause clause, Columns columns) {
        Search.Column column = columns.ofFilter().apply(clause.column());
        return switch (clause) {
            case Compared compared -> compared(compared, column);
            case Listed listed -> listed(listed, column, columns.listed());
            case Present present -> {
                if (column instanceof Attribute || column instanceof Search.Column.Metric) {
                    throw MlflowException.invalid(
                            "IS NULL / IS NOT NULL is only supported for tags and params, not for " + clause.column());
                }
                yield new Condition.Present(column, present.present());
            }
        };
    }

    private static Condition compared(Compared clause, Search.Column column) {
        if (column == Attribute.NUMBER) {
            return new Condition.Compared(
                    column, comparison(clause, Set.of(Operator.EQUAL, Operator.DIFFERENT)), number(clause.value()));
        }
        if (column == Attribute.VERSION) {
            return new Condition.Compared(column, comparison(clause, Set.of()), version(clause));
        }
        if (column instanceof Search.Column.Metric || TIMES.contains(column)) {
            if (!(clause.value() instanceof Literal.Numeric(double value))) {
                throw MlflowException.invalid("Expected numeric value type for %s. Found %s (at %s)"
                        .formatted(kind(column, clause), clause.value(), clause.column()));
            }
            return new Condition.Compared(column, comparison(clause, Set.of()), value);
        }
        if (!ON_TEXT.contains(clause.operator())) {
            throw comparator(clause);
        }
        if (!(clause.value() instanceof Literal.Text(String text))) {
            throw MlflowException.invalid(
                    "Expected a quoted string value for %s (e.g. 'my-value'). Got value %s (at %s)"
                            .formatted(kind(column, clause), clause.value(), clause.column()));
        }
        return new Condition.Text(
                column,
                switch (clause.operator()) {
                    case EQUAL -> Match.EQUAL;
                    case DIFFERENT -> Match.DIFFERENT;
                    case LIKE -> Match.LIKE;
                    case ILIKE -> Match.LIKE_IN_ANY_CASE;
                    case LESS, LESS_OR_EQUAL, MORE, MORE_OR_EQUAL -> throw comparator(clause);
                },
                text);
    }

    /** What MLflow calls a kind of column. */
    private static String kind(Search.Column column, Compared clause) {
        return switch (column) {
            case Search.Column.Metric _ -> "metric";
            case Search.Column.Param _ -> "parameter";
            case Search.Column.Tag _ -> "tag";
            case Attribute attribute ->
                TIMES.contains(attribute)
                        ? "numeric attribute: " + clause.column().key()
                        : "attributes";
        };
    }

    /** @param only what is allowed; all that compares numbers if nothing is said */
    private static Comparison comparison(Compared clause, Set<Operator> only) {
        if (!only.isEmpty() && !only.contains(clause.operator())) {
            throw comparator(clause);
        }
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

    /** An experiment's id is a number that may be written as text. */
    private static double number(Literal value) {
        return switch (value) {
            case Literal.Numeric(double number) -> number;
            case Literal.Text(String text) -> MlflowWire.experimentNumber(text);
        };
    }

    /** A version's number is an integer that may be written as text. */
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

    private static Condition listed(Listed clause, Search.Column column, Set<String> allowed) {
        if (column == Attribute.NUMBER) {
            List<String> numbers = clause.values().stream()
                    .map(value -> Long.toString(MlflowWire.experimentNumber(value)))
                    .toList();
            return new Condition.OneOf(column, clause.within(), numbers);
        }
        if (!(column instanceof Attribute) || !allowed.contains(clause.column().key())) {
            throw MlflowException.invalid(
                    "Only %s attributes support comparison with a list of quoted string values, not %s"
                            .formatted(
                                    allowed.stream()
                                            .sorted()
                                            .map("'%s'"::formatted)
                                            .toList(),
                                    clause.column()));
        }
        return new Condition.OneOf(column, clause.within(), clause.values());
    }

    private static MlflowException comparator(Compared clause) {
        return MlflowException.invalid(
                "Invalid comparator '%s' for %s".formatted(clause.operator().sign(), clause.column()));
    }
}
