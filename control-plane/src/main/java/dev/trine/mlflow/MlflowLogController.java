package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Run;
import dev.trine.experiment.Runs;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What runs log on MLflow's wire: params, metrics with their history, and tags. */
@Hidden
@RestController
@MlflowPaths
class MlflowLogController {

    /** What MLflow's client asks for at once. */
    private static final int MOST_POINTS = 25_000;

    private final Experiments experiments;
    private final Runs runs;
    private final WiredRuns wired;
    private final Clock clock;

    MlflowLogController(Experiments experiments, Runs runs, WiredRuns wired, Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.wired = wired;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogMetric(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable String key,
            @Nullable Double value,
            @Nullable Long timestamp,
            @Nullable Long step) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogPair(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable String key,
            @Nullable String value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Point(
            @Nullable String key,
            @Nullable Double value,
            @Nullable Long timestamp,
            @Nullable Long step) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogBatch(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable List<Point> metrics,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    @PostMapping("/runs/log-metric")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logMetric(ProjectScope scope, @RequestBody LogMetric asked) {
        MlflowLimits.required("key", asked.key());
        if (asked.value() == null) {
            throw MlflowLimits.lacks("value");
        }
        var point = new Point(asked.key(), asked.value(), asked.timestamp(), asked.step());
        return log(scope, asked.runId(), List.of(metric("", point)), Map.of(), Map.of());
    }

    @PostMapping("/runs/log-parameter")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logParameter(ProjectScope scope, @RequestBody LogPair asked) {
        MlflowLimits.required("key", asked.key());
        var param = MlflowLimits.param("", asked.key(), asked.value());
        return log(scope, asked.runId(), List.of(), Map.ofEntries(param), Map.of());
    }

    @PostMapping("/runs/set-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setTag(ProjectScope scope, @RequestBody LogPair asked) {
        MlflowLimits.required("key", asked.key());
        var tag = MlflowLimits.tag("", asked.key(), asked.value());
        return log(scope, asked.runId(), List.of(), Map.of(), Map.ofEntries(tag));
    }

    /** The tag that is the run's name stays. */
    @PostMapping("/runs/delete-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @RequestBody LogPair asked) {
        String key = MlflowLimits.required("key", asked.key());
        Run run = wired.active(scope.projectId(), asked.runId());
        if (!key.equals(MlflowWire.RUN_NAME) && !runs.deleteTag(run.id(), key)) {
            throw MlflowException.missing("No tag with name: %s in run with id %s".formatted(key, asked.runId()));
        }
        return Map.of();
    }

    @PostMapping("/runs/log-batch")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logBatch(ProjectScope scope, @RequestBody LogBatch asked) {
        List<Point> points = MlflowWire.list(asked.metrics());
        List<Pair> params = MlflowWire.list(asked.params());
        List<Pair> tags = MlflowWire.list(asked.tags());
        MlflowLimits.batch(points.size(), params.size(), tags.size());
        List<MetricPoint> metrics = IntStream.range(0, points.size())
                .mapToObj(i -> metric("metrics[%d].".formatted(i), points.get(i)))
                .toList();
        return log(scope, asked.runId(), metrics, MlflowLimits.params(params), MlflowLimits.tags(tags));
    }

    /** MLflow 3 clients tell of their models by {@code logged-models}; what they say here is in the models' own rows. */
    @PostMapping({"/runs/log-model", "/runs/log-inputs", "/runs/outputs"})
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> acknowledge(ProjectScope scope, @RequestBody Map<String, Object> told) {
        wired.active(scope.projectId(), String.valueOf(told.get("run_id")));
        return Map.of();
    }

    @GetMapping("/metrics/get-history")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> history(
            ProjectScope scope,
            @RequestParam("run_id") String id,
            @RequestParam("metric_key") String key,
            @RequestParam(name = "max_results", defaultValue = "" + MOST_POINTS) int most,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        if (most < 1 || most > MOST_POINTS) {
            throw MlflowException.invalid("max_results must be between 1 and %d, was %d".formatted(MOST_POINTS, most));
        }
        Run run = wired.of(scope.projectId(), id);
        List<MetricPoint> found = runs.history(run.id(), key, MlflowWire.point(key, pageToken), most + 1);
        List<MetricPoint> page = found.subList(0, Math.min(most, found.size()));
        return MlflowWire.page(
                "metrics",
                page.stream().map(MlflowWire::metric).toList(),
                found.size() > most ? MlflowWire.pageToken(page.getLast()) : null);
    }

    private MetricPoint metric(String path, Point point) {
        String key = MlflowLimits.metric(path, point.key());
        Double value = point.value();
        if (value == null) {
            throw MlflowException.invalid("Missing value for required parameter '%svalue'.".formatted(path));
        }
        long timestamp = point.timestamp() == null ? clock.millis() : point.timestamp();
        if (timestamp < 0) {
            throw MlflowException.invalid(
                    "Invalid value %d for parameter '%stimestamp' supplied: metric '%s' (value=%s). Timestamp must be a nonnegative long (64-bit integer) "
                            .formatted(timestamp, path, key, value));
        }
        return new MetricPoint(key, MlflowWire.clamped(value), point.step() == null ? 0 : point.step(), timestamp);
    }

    private Map<String, Object> log(
            ProjectScope scope,
            @Nullable String runId,
            List<MetricPoint> metrics,
            Map<String, String> params,
            Map<String, String> tags) {
        Run run = wired.active(scope.projectId(), runId);
        var others = new HashMap<>(tags);
        String name = others.remove(MlflowWire.RUN_NAME);
        experiments.log(run.id(), params, metrics, others);
        if (name != null && !name.isEmpty()) {
            runs.update(scope, run.id(), null, null, name);
        }
        return Map.of();
    }
}
