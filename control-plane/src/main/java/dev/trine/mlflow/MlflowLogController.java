package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.DatasetName;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.RunPlace;
import dev.trine.experiment.Runs;
import dev.trine.experiment.Runs.Batch;
import dev.trine.experiment.Runs.Measure;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.Json;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What runs log on MLflow's wire: params, metrics and tags. */
@Hidden
@RestController
@MlflowPaths
class MlflowLogController {

    private final Runs runs;
    private final WiredRuns wired;
    private final WiredLoggedModels models;
    private final Clock clock;

    MlflowLogController(Runs runs, WiredRuns wired, WiredLoggedModels models, Clock clock) {
        this.runs = runs;
        this.wired = wired;
        this.models = models;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogMetric(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable String key,
            @Nullable Double value,
            @Nullable Long timestamp,
            @Nullable Long step,
            @JsonProperty("model_id") @Nullable String modelId,
            @JsonProperty("dataset_name") @Nullable String datasetName,
            @JsonProperty("dataset_digest") @Nullable String datasetDigest) {}

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
            @Nullable Long step,
            @JsonProperty("model_id") @Nullable String modelId,
            @JsonProperty("dataset_name") @Nullable String datasetName,
            @JsonProperty("dataset_digest") @Nullable String datasetDigest) {

        /** What it was measured on, if that was said. */
        @Nullable
        DatasetName on() {
            return MlflowWire.dataset(datasetName, datasetDigest);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogModel(
            @JsonProperty("run_id") @Nullable String runId,
            @JsonProperty("model_json") @Nullable String modelJson) {}

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
        var point = new Point(
                asked.key(),
                asked.value(),
                asked.timestamp(),
                asked.step(),
                asked.modelId(),
                asked.datasetName(),
                asked.datasetDigest());
        return log(scope, asked.runId(), List.of(point), List.of(metric("", point)), Map.of(), Map.of());
    }

    @PostMapping("/runs/log-parameter")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logParameter(ProjectScope scope, @RequestBody LogPair asked) {
        MlflowLimits.required("key", asked.key());
        var param = MlflowLimits.param("", asked.key(), asked.value());
        return log(scope, asked.runId(), List.of(), List.of(), Map.ofEntries(param), Map.of());
    }

    @PostMapping("/runs/set-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setTag(ProjectScope scope, @RequestBody LogPair asked) {
        MlflowLimits.required("key", asked.key());
        var tag = MlflowLimits.tag("", asked.key(), asked.value());
        return log(scope, asked.runId(), List.of(), List.of(), Map.of(), Map.ofEntries(tag));
    }

    /** The tag that is the run's name stays. */
    @PostMapping("/runs/delete-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @RequestBody LogPair asked) {
        String key = MlflowLimits.required("key", asked.key());
        RunPlace run = wired.active(scope.projectId(), asked.runId());
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
        return log(scope, asked.runId(), points, metrics, MlflowLimits.params(params), MlflowLimits.tags(tags));
    }

    /** Adds a model's description to the tag that lists those of the run, as clients before MLflow 3 read it. */
    @PostMapping("/runs/log-model")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logModel(ProjectScope scope, @RequestBody LogModel asked) {
        Map<String, Object> model = ModelDescriptions.read(MlflowLimits.required("model_json", asked.modelJson()));
        RunPlace run = wired.active(scope.projectId(), asked.runId());
        runs.appendToTag(run.id(), ModelDescriptions.TAG, Json.write(List.of(ModelDescriptions.shortened(model))));
        return Map.of();
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
            List<Point> points,
            List<MetricPoint> metrics,
            Map<String, String> params,
            Map<String, String> tags) {
        RunPlace run = wired.active(scope.projectId(), runId);
        var others = new HashMap<>(tags);
        String name = others.remove(MlflowWire.RUN_NAME);
        runs.log(
                scope,
                run.id(),
                new Batch(
                        name == null || name.isEmpty() ? null : name,
                        params,
                        metrics,
                        measures(scope, points, metrics),
                        others));
        return Map.of();
    }

    /** Those of the metrics that are told of logged models. */
    private List<Measure> measures(ProjectScope scope, List<Point> points, List<MetricPoint> metrics) {
        Map<String, LoggedModelId> known = models.known(
                scope.projectId(),
                points.stream()
                        .map(point -> MlflowWire.text(point.modelId()))
                        .filter(id -> !id.isEmpty())
                        .toList());
        return IntStream.range(0, points.size())
                .mapToObj(i -> {
                    LoggedModelId model =
                            known.get(MlflowWire.text(points.get(i).modelId()));
                    return model == null
                            ? Stream.<Measure>empty()
                            : Stream.of(new Measure(
                                    model, metrics.get(i), points.get(i).on()));
                })
                .flatMap(Function.identity())
                .toList();
    }
}
