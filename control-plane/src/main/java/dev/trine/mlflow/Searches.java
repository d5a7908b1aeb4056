package dev.trine.mlflow;

import dev.trine.experiment.DatasetName;
import dev.trine.experiment.ExperimentColumn;
import dev.trine.experiment.LoggedModelColumn;
import dev.trine.experiment.RunColumn;
import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.SearchReader.Kind;
import dev.trine.mlflow.SearchReader.Known;
import dev.trine.registry.ModelColumn;
import dev.trine.registry.ModelVersionColumn;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.Search.Match;
import dev.trine.shared.Search.Stage;
import dev.trine.tracing.Assessment;
import dev.trine.tracing.Trace;
import dev.trine.tracing.TraceColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What on MLflow's wire can be searched by what, under which names. */
final class Searches {

    private static final Map<String, Known<RunColumn>> OF_RUNS = Map.ofEntries(
            known("run_id", RunColumn.Attribute.ID, Kind.LISTED),
            known("run_name", RunColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("run name", RunColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("Run name", RunColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("Run Name", RunColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("status", RunColumn.Attribute.STATUS, Kind.ATTRIBUTE),
            known("user_id", new RunColumn.Tag(MlflowWire.USER), Kind.ATTRIBUTE),
            known("start_time", RunColumn.Attribute.STARTED_AT, Kind.TIME),
            known("created", RunColumn.Attribute.STARTED_AT, Kind.TIME),
            known("Created", RunColumn.Attribute.STARTED_AT, Kind.TIME),
            known("end_time", RunColumn.Attribute.ENDED_AT, Kind.TIME));
    private static final Map<String, Known<RunColumn>> OF_DATASETS = Map.ofEntries(
            known("name", RunColumn.Dataset.NAME, Kind.DATASET),
            known("digest", RunColumn.Dataset.DIGEST, Kind.DATASET),
            known("context", RunColumn.Dataset.CONTEXT, Kind.DATASET));
    private static final Map<String, Known<ExperimentColumn>> OF_EXPERIMENTS = Map.ofEntries(
            known("name", ExperimentColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("experiment_id", ExperimentColumn.Attribute.NUMBER, Kind.EXPERIMENT),
            known("creation_time", ExperimentColumn.Attribute.CREATED_AT, Kind.TIME),
            known("last_update_time", ExperimentColumn.Attribute.UPDATED_AT, Kind.TIME));
    private static final Map<String, Known<LoggedModelColumn>> OF_LOGGED_MODELS = Map.ofEntries(
            known("name", LoggedModelColumn.Attribute.NAME, Kind.LISTED),
            known("model_id", LoggedModelColumn.Attribute.ID, Kind.LISTED),
            known("model_type", LoggedModelColumn.Attribute.TYPE, Kind.LISTED),
            known("status", LoggedModelColumn.Attribute.STATUS, Kind.LISTED),
            known("source_run_id", LoggedModelColumn.Attribute.RUN, Kind.LISTED),
            known("creation_time", LoggedModelColumn.Attribute.CREATED_AT, Kind.TIME),
            known("creation_timestamp", LoggedModelColumn.Attribute.CREATED_AT, Kind.TIME),
            known("creation_timestamp_ms", LoggedModelColumn.Attribute.CREATED_AT, Kind.TIME),
            known("last_updated_time", LoggedModelColumn.Attribute.UPDATED_AT, Kind.TIME),
            known("last_updated_timestamp", LoggedModelColumn.Attribute.UPDATED_AT, Kind.TIME),
            known("last_updated_timestamp_ms", LoggedModelColumn.Attribute.UPDATED_AT, Kind.TIME));
    private static final Map<String, Known<TraceColumn>> OF_TRACES = Map.ofEntries(
            known("request_id", TraceColumn.Attribute.ID, Kind.LISTED),
            known("client_request_id", TraceColumn.Attribute.CLIENT_REQUEST_ID, Kind.LISTED),
            known("timestamp", TraceColumn.Attribute.REQUESTED_AT, Kind.TIME),
            known("timestamp_ms", TraceColumn.Attribute.REQUESTED_AT, Kind.TIME),
            known("execution_time", TraceColumn.Attribute.DURATION, Kind.TIME),
            known("execution_time_ms", TraceColumn.Attribute.DURATION, Kind.TIME),
            known("end_time", TraceColumn.Attribute.ENDED_AT, Kind.TIME),
            known("end_time_ms", TraceColumn.Attribute.ENDED_AT, Kind.TIME),
            known("status", TraceColumn.Attribute.STATE, Kind.LISTED),
            known("name", new TraceColumn.Tag(Trace.NAME), Kind.LISTED),
            known("run_id", TraceColumn.Attribute.RUN, Kind.LISTED),
            known("text", TraceColumn.Span.CONTENT, Kind.ATTRIBUTE));
    private static final Map<String, Known<TraceColumn>> OF_SPANS = Map.ofEntries(
            known("name", TraceColumn.Span.NAME, Kind.SPAN),
            known("type", TraceColumn.Span.TYPE, Kind.SPAN),
            known("status", TraceColumn.Span.STATUS, Kind.SPAN));
    private static final Map<String, Known<ModelColumn>> OF_REGISTERED_MODELS =
            Map.ofEntries(known("name", ModelColumn.Attribute.NAME, Kind.LISTED));
    private static final Map<String, Known<ModelColumn>> ORDERS_OF_REGISTERED_MODELS = Map.ofEntries(
            known("name", ModelColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("timestamp", ModelColumn.Attribute.UPDATED_AT, Kind.TIME),
            known("last_updated_timestamp", ModelColumn.Attribute.UPDATED_AT, Kind.TIME));
    private static final Map<String, Known<ModelVersionColumn>> OF_MODEL_VERSIONS = Map.ofEntries(
            known("name", ModelVersionColumn.Attribute.NAME, Kind.LISTED),
            known("version_number", ModelVersionColumn.Attribute.VERSION, Kind.VERSION),
            known("run_id", ModelVersionColumn.Attribute.RUN, Kind.LISTED),
            known("source_path", ModelVersionColumn.Attribute.SOURCE, Kind.ATTRIBUTE));
    private static final Map<String, Known<ModelVersionColumn>> ORDERS_OF_MODEL_VERSIONS = Map.ofEntries(
            known("name", ModelVersionColumn.Attribute.NAME, Kind.ATTRIBUTE),
            known("version_number", ModelVersionColumn.Attribute.VERSION, Kind.VERSION),
            known("creation_timestamp", ModelVersionColumn.Attribute.CREATED_AT, Kind.TIME),
            known("last_updated_timestamp", ModelVersionColumn.Attribute.UPDATED_AT, Kind.TIME));

    private static final SearchReader<RunColumn> RUNS =
            new SearchReader<>(Searches::ofRuns, column -> ordering(ofRuns(column), Kind.DATASET));
    private static final SearchReader<ExperimentColumn> EXPERIMENTS =
            reader(OF_EXPERIMENTS, OF_EXPERIMENTS, ExperimentColumn.Tag::new);
    private static final SearchReader<ModelColumn> REGISTERED_MODELS =
            reader(OF_REGISTERED_MODELS, ORDERS_OF_REGISTERED_MODELS, ModelColumn.Tag::new);
    private static final SearchReader<ModelVersionColumn> MODEL_VERSIONS =
            reader(OF_MODEL_VERSIONS, ORDERS_OF_MODEL_VERSIONS, ModelVersionColumn.Tag::new);
    private static final SearchReader<TraceColumn> TRACES =
            new SearchReader<>(Searches::ofTraces, Searches::orderOfTraces);
    private static final String SPAN_ATTRIBUTES = "attributes.";
    /** A model or a version with this tag is a prompt, which is looked for on its own. */
    private Searches() {}

    static Search<RunColumn> runs(@Nullable String view, @Nullable String filter, @Nullable List<String> orderBy) {
        return RUNS.read(view, filter, orderBy);
    }

    static Search<ExperimentColumn> experiments(
            @Nullable String view, @Nullable String filter, @Nullable List<String> orderBy) {
        return EXPERIMENTS.read(view, filter, orderBy);
    }

    static Search<ModelColumn> registeredModels(@Nullable String filter, @Nullable List<String> orderBy) {
        return withoutPrompts(REGISTERED_MODELS.read(null, filter, orderBy), new ModelColumn.Tag(Prompts.IS_PROMPT));
    }

    static Search<ModelVersionColumn> modelVersions(@Nullable String filter, @Nullable List<String> orderBy) {
        return withoutPrompts(
                MODEL_VERSIONS.read(null, filter, orderBy), new ModelVersionColumn.Tag(Prompts.IS_PROMPT));
    }

    static Search<TraceColumn> traces(@Nullable String filter, @Nullable List<String> orderBy) {
        return TRACES.read(null, filter, orderBy);
    }

    /** @param on what the metrics of the filter were measured on; empty for whatever it was */
    static Search<LoggedModelColumn> loggedModels(
            @Nullable String filter, List<DatasetName> on, List<Search.Order<LoggedModelColumn>> orders) {
        var conditions =
                new ArrayList<>(SearchReader.conditions(filter, (Column column) -> ofLoggedModels(column, on)));
        boolean ofMetrics =
                conditions.stream().anyMatch(condition -> condition.column() instanceof LoggedModelColumn.Metric);
        if (!on.isEmpty() && !ofMetrics) {
            conditions.add(new Condition.Present<>(new LoggedModelColumn.Metric(null, on), true));
        }
        return new Search<>(Stage.ACTIVE, conditions, orders);
    }

    /** What logged models are ordered by: an attribute, or a metric, of which may be said what it was measured on. */
    static LoggedModelColumn orderOfLoggedModels(String field, @Nullable DatasetName on) {
        if (field.startsWith("metrics.")) {
            return new LoggedModelColumn.Metric(
                    field.substring("metrics.".length()), on == null ? List.of() : List.of(on));
        }
        Known<LoggedModelColumn> found = OF_LOGGED_MODELS.get(field);
        if (found == null) {
            throw MlflowException.invalid("Invalid order by field name: %s%s"
                    .formatted(field, field.contains(".") ? ". Only metrics are supported." : ""));
        }
        return found.column();
    }

    static <C> Map.Entry<String, Known<C>> known(String name, C column, Kind kind) {
        return Map.entry(name, new Known<>(column, kind));
    }

    /** Tags and some attributes to filter by, some attributes to order by. */
    static <C> SearchReader<C> reader(
            Map<String, Known<C>> ofFilter, Map<String, Known<C>> ofOrder, Function<String, C> tag) {
        return new SearchReader<>(
                column -> tagOr(ofFilter, tag, column), column -> ordering(tagOr(ofOrder, tag, column), Kind.TAG));
    }

    /** Prompts are found only by who asks for them. */
    private static <C> Search<C> withoutPrompts(Search<C> asked, C tag) {
        var others = asked.where().stream()
                .filter(condition -> !condition.column().equals(tag))
                .collect(Collectors.toCollection(ArrayList::new));
        others.add(new Condition.Present<>(
                tag, asked.where().stream().anyMatch(condition -> asksForPrompts(condition, tag))));
        return new Search<>(asked.stage(), others, asked.orderBy());
    }

    private static <C> boolean asksForPrompts(Condition<C> condition, C tag) {
        return condition instanceof Condition.Text<C>(C column, Match match, String value)
                && column.equals(tag)
                && ((match == Match.EQUAL && value.equalsIgnoreCase("true"))
                        || (match == Match.DIFFERENT && value.equalsIgnoreCase("false")));
    }

    private static Known<RunColumn> ofRuns(Column column) {
        return switch (column.entity()) {
            case "metric", "metrics" -> new Known<>(new RunColumn.Metric(column.key()), Kind.METRIC);
            case "param", "params", "parameter", "parameters" ->
                new Known<>(new RunColumn.Param(column.key()), Kind.PARAM);
            case "tag", "tags" ->
                column.key().equals(MlflowWire.RUN_NAME)
                        ? new Known<>(RunColumn.Attribute.NAME, Kind.TAG)
                        : new Known<>(new RunColumn.Tag(column.key()), Kind.TAG);
            case "", "attribute", "attributes", "attr", "run" -> attribute(OF_RUNS, column.key(), "attribute");
            case "dataset", "datasets" -> attribute(OF_DATASETS, column.key(), "dataset");
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type '%s'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"
                                .formatted(column.entity()));
        };
    }

    private static Known<LoggedModelColumn> ofLoggedModels(Column column, List<DatasetName> on) {
        return switch (column.entity()) {
            case "metrics" -> new Known<>(new LoggedModelColumn.Metric(column.key(), on), Kind.METRIC);
            case "params" -> new Known<>(new LoggedModelColumn.Param(column.key()), Kind.PARAM);
            case "tags" -> new Known<>(new LoggedModelColumn.Tag(column.key()), Kind.TAG);
            case "", "attributes" -> attribute(OF_LOGGED_MODELS, column.key(), "attribute");
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type: '%s'. Expected one of ['attributes', 'metrics', 'params', 'tags']."
                                .formatted(column.entity()));
        };
    }

    private static Known<TraceColumn> ofTraces(Column column) {
        return switch (column.entity()) {
            case "tag", "tags" -> new Known<>(new TraceColumn.Tag(column.key()), Kind.TAG);
            case "request_metadata", "metadata" -> new Known<>(new TraceColumn.Metadata(column.key()), Kind.METADATA);
            case "span" ->
                column.key().startsWith(SPAN_ATTRIBUTES)
                        ? new Known<>(
                                new TraceColumn.SpanAttribute(column.key().substring(SPAN_ATTRIBUTES.length())),
                                Kind.SPAN)
                        : attribute(OF_SPANS, column.key(), "span");
            case "feedback" ->
                new Known<>(new TraceColumn.Assessed(Assessment.Kind.FEEDBACK, column.key()), Kind.ASSESSMENT);
            case "expectation" ->
                new Known<>(new TraceColumn.Assessed(Assessment.Kind.EXPECTATION, column.key()), Kind.ASSESSMENT);
            case "", "attribute", "attributes", "trace" -> attribute(OF_TRACES, column.key(), "attribute");
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type '%s'. Valid values are ['tag', 'request_metadata', 'attribute', 'span', 'feedback', 'expectation']"
                                .formatted(column.entity()));
        };
    }

    private static TraceColumn orderOfTraces(Column column) {
        Known<TraceColumn> found = ofTraces(column);
        if (found.kind() != Kind.LISTED && found.kind() != Kind.TIME) {
            throw MlflowException.invalid(
                    "Invalid order_by entity `%s` with key `%s`".formatted(column.entity(), column.key()));
        }
        return found.column();
    }

    private static <C> Known<C> tagOr(Map<String, Known<C>> attributes, Function<String, C> tag, Column column) {
        return switch (column.entity()) {
            case "tag", "tags" -> new Known<>(tag.apply(column.key()), Kind.TAG);
            case "", "attribute" -> attribute(attributes, column.key(), "attribute");
            default ->
                throw MlflowException.invalid(
                        "Invalid entity type '%s'. Valid entity types are ('attribute', 'tag', 'tags')"
                                .formatted(column.entity()));
        };
    }

    private static <C> C ordering(Known<C> found, Kind refused) {
        if (found.kind() == refused) {
            throw MlflowException.invalid(
                    "Invalid order_by entity: " + refused.name().toLowerCase(Locale.ROOT));
        }
        return found.column();
    }

    private static <C> Known<C> attribute(Map<String, Known<C>> known, String key, String what) {
        Known<C> attribute = known.get(key);
        if (attribute == null) {
            throw MlflowException.invalid("Invalid %s key '%s' specified. Valid keys are '%s'"
                    .formatted(what, key, known.keySet().stream().sorted().toList()));
        }
        return attribute;
    }
}
