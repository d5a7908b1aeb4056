package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.Filter.Clause;
import dev.trine.mlflow.Filter.Compared;
import dev.trine.mlflow.Filter.Literal;
import dev.trine.mlflow.Filter.Operator;
import dev.trine.shared.Search.Condition;
import dev.trine.tracing.TraceColumn;
import dev.trine.tracing.TraceFigures;
import dev.trine.tracing.TraceFigures.Aggregate;
import dev.trine.tracing.TraceFigures.Aggregation;
import dev.trine.tracing.TraceFigures.Dimension;
import dev.trine.tracing.TraceFigures.Figure;
import dev.trine.tracing.TraceFigures.Measure;
import dev.trine.tracing.TraceFigures.Narrowing;
import dev.trine.tracing.TraceFigures.Only;
import dev.trine.tracing.TraceFigures.Question;
import dev.trine.tracing.TraceFigures.View;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Figures over many traces on MLflow's wire: how much of something there was, and how two conditions go together. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/traces", "/ajax-api/3.0/mlflow/traces"})
class MlflowTraceFiguresController {

    private static final int USUAL_RESULTS = 1_000;
    private static final int MOST_RESULTS = 10_000;
    private static final int MOST_CLAUSES = 20;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");
    private static final Map<String, Narrowing> NARROWINGS = Map.of(
            "trace.status", Narrowing.TRACE_STATUS,
            "trace.tag", Narrowing.TRACE_TAG,
            "trace.metadata", Narrowing.TRACE_METADATA,
            "span.name", Narrowing.SPAN_NAME,
            "span.status", Narrowing.SPAN_STATUS,
            "span.type", Narrowing.SPAN_TYPE,
            "assessment.name", Narrowing.ASSESSMENT_NAME,
            "assessment.type", Narrowing.ASSESSMENT_TYPE);

    private final TraceFigures figures;
    private final WiredExperiments experiments;

    MlflowTraceFiguresController(TraceFigures figures, WiredExperiments experiments) {
        this.figures = figures;
        this.experiments = experiments;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Correlate(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @JsonProperty("filter_string1") @Nullable String first,
            @JsonProperty("filter_string2") @Nullable String second,
            @JsonProperty("base_filter") @Nullable String base) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record AskedAggregation(
            @JsonProperty("aggregation_type") @Nullable Aggregate type,
            @JsonProperty("percentile_value") @Nullable Double percent) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record AskFigures(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @JsonProperty("view_type") @Nullable View view,
            @JsonProperty("metric_name") @Nullable String metric,
            @Nullable List<AskedAggregation> aggregations,
            @Nullable List<String> dimensions,
            @Nullable List<String> filters,
            @JsonProperty("time_interval_seconds") @Nullable Long seconds,
            @JsonProperty("start_time_ms") @Nullable Long from,
            @JsonProperty("end_time_ms") @Nullable Long to,
            @JsonProperty("max_results") @Nullable Integer most) {}

    @PostMapping("/calculate-filter-correlation")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> correlation(ProjectScope scope, @RequestBody Correlate asked) {
        Collection<ExperimentId> of = experiments(scope, asked.experimentIds());
        List<Condition<TraceColumn>> base = conditions(asked.base());
        List<Condition<TraceColumn>> first =
                both(base, conditions(MlflowLimits.required("filter_string1", asked.first())));
        List<Condition<TraceColumn>> second =
                both(base, conditions(MlflowLimits.required("filter_string2", asked.second())));
        var counts = new Correlation(
                figures.count(scope.projectId(), of, both(first, second)),
                figures.count(scope.projectId(), of, first),
                figures.count(scope.projectId(), of, second),
                figures.count(scope.projectId(), of, base));
        return Map.of(
                "npmi", wired(counts.npmi()),
                "npmi_smoothed", wired(counts.smoothedNpmi()),
                "filter1_count", counts.first(),
                "filter2_count", counts.second(),
                "joint_count", counts.joint(),
                "total_count", counts.total());
    }

    /** Protobuf's JSON has a word for what is no number. */
    private static Object wired(double value) {
        return Double.isNaN(value) ? "NaN" : value;
    }

    private static List<Condition<TraceColumn>> conditions(@Nullable String filter) {
        return Searches.traces(filter, null).where();
    }

    private static <T> List<T> both(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    @PostMapping("/metrics")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> metrics(ProjectScope scope, @RequestBody AskFigures asked) {
        Collection<ExperimentId> of = experiments(scope, asked.experimentIds());
        Question question = question(asked);
        return Map.of(
                "data_points",
                figures.of(scope.projectId(), of, question).stream()
                        .filter(figure -> !figure.values().isEmpty())
                        .map(figure -> json(question.measure(), figure))
                        .toList());
    }

    private Collection<ExperimentId> experiments(ProjectScope scope, @Nullable List<String> ids) {
        if (MlflowWire.list(ids).isEmpty()) {
            throw MlflowLimits.lacks("experiment_ids");
        }
        return experiments.numbers(scope.projectId(), MlflowWire.list(ids)).keySet();
    }

    private static Question question(AskFigures asked) {
        View view = asked.view();
        if (view == null) {
            throw MlflowLimits.lacks("view_type");
        }
        String name = MlflowLimits.required("metric_name", asked.metric());
        Measure measure = Measure.of(view, name)
                .orElseThrow(() -> MlflowException.invalid(
                        "metric_name must be one of those of view type %s, got '%s'".formatted(view, name)));
        if (MlflowWire.list(asked.aggregations()).isEmpty()) {
            throw MlflowLimits.lacks("aggregations");
        }
        if (asked.seconds() != null && (asked.seconds() < 1 || asked.from() == null || asked.to() == null)) {
            throw MlflowException.invalid(
                    "start_time_ms and end_time_ms are required if time_interval_seconds is set, which must be positive");
        }
        int most = MlflowPages.between(asked.most() == null ? USUAL_RESULTS : asked.most(), MOST_RESULTS);
        return new Question(
                measure,
                few("aggregations", asked.aggregations()).stream()
                        .map(aggregation -> aggregation(measure, aggregation))
                        .toList(),
                few("dimensions", asked.dimensions()).stream()
                        .map(dimension -> dimension(measure, dimension))
                        .distinct()
                        .toList(),
                few("filters", asked.filters()).stream()
                        .map(filter -> only(view, filter))
                        .toList(),
                asked.seconds() == null ? null : Duration.ofSeconds(Math.min(asked.seconds(), Integer.MAX_VALUE)),
                moment("start_time_ms", asked.from()),
                moment("end_time_ms", asked.to()),
                most);
    }

    private static <T> List<T> few(String parameter, @Nullable List<T> given) {
        List<T> few = MlflowWire.list(given);
        if (few.size() > MOST_CLAUSES) {
            throw MlflowException.invalid("%s has at most %d entries".formatted(parameter, MOST_CLAUSES));
        }
        return few;
    }

    private static @Nullable Instant moment(String parameter, @Nullable Long millis) {
        return millis == null ? null : MlflowWire.instant(parameter, millis);
    }

    private static Aggregation aggregation(Measure measure, AskedAggregation asked) {
        Aggregate type = asked.type();
        if (type == null || !measure.aggregates().contains(type)) {
            throw MlflowException.invalid("Found invalid aggregation_type(s): ['%s']. Supported aggregation types: %s"
                    .formatted(type, measure.aggregates().stream().sorted().toList()));
        }
        Double percent = asked.percent();
        boolean percentile = type == Aggregate.PERCENTILE;
        if (percentile != (percent != null)) {
            throw MlflowException.invalid("Percentile value is required for PERCENTILE aggregation, and only there");
        }
        if (percent != null && !(percent >= 0 && percent <= 100)) {
            throw MlflowException.invalid("Percentile value must be between 0 and 100, got " + percent);
        }
        return new Aggregation(type, percent == null ? 0 : percent);
    }

    private static Dimension dimension(Measure measure, String asked) {
        return measure.dimensions().stream()
                .filter(dimension -> dimension.label().equals(asked))
                .findFirst()
                .orElseThrow(() ->
                        MlflowException.invalid("Found invalid dimension(s): ['%s']. Supported dimensions: %s"
                                .formatted(
                                        asked,
                                        measure.dimensions().stream()
                                                .map(supported -> "'" + supported.label() + "'")
                                                .toList())));
    }

    private static Only only(View view, String filter) {
        List<Clause> clauses = FilterParser.filter(filter).clauses();
        if (clauses.size() == 1
                && clauses.getFirst() instanceof Compared(Filter.Column column, Operator operator, Literal literal)
                && operator == Operator.EQUAL
                && literal instanceof Literal.Text(String value)) {
            int dot = column.key().indexOf('.');
            String key = dot < 0 ? "" : column.key().substring(dot + 1);
            Narrowing by = NARROWINGS.get(column.entity() + "."
                    + (dot < 0 ? column.key() : column.key().substring(0, dot)));
            if (by != null && fits(view, by) && key.isEmpty() != needsKey(by)) {
                return new Only(by, key, value);
            }
        }
        throw MlflowException.invalid(
                "Invalid filter: '%s'. Expected one clause such as trace.status = 'OK', of the view that is asked for, or of its traces"
                        .formatted(filter));
    }

    private static boolean needsKey(Narrowing by) {
        return by == Narrowing.TRACE_TAG || by == Narrowing.TRACE_METADATA;
    }

    private static boolean fits(View view, Narrowing by) {
        return switch (by) {
            case TRACE_STATUS, TRACE_TAG, TRACE_METADATA -> true;
            case SPAN_NAME, SPAN_STATUS, SPAN_TYPE -> view == View.SPANS;
            case ASSESSMENT_NAME, ASSESSMENT_TYPE -> view == View.ASSESSMENTS;
        };
    }

    private static Map<String, Object> json(Measure measure, Figure figure) {
        var dimensions = new LinkedHashMap<String, String>();
        Instant begin = figure.begin();
        if (begin != null) {
            dimensions.put("time_bucket", TIME.format(begin.atOffset(ZoneOffset.UTC)));
        }
        new TreeMap<>(figure.dimensions()).forEach((dimension, value) -> dimensions.put(dimension.label(), value));
        return Map.of("metric_name", measure.label(), "dimensions", dimensions, "values", figure.values());
    }
}
