package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.experiment.LoggedModels;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.Runs;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowException.Code;
import dev.trine.mlflow.MlflowWire.Pair;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Runs on MLflow's wire, with their params, metrics, tags and files. */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/2.0/mlflow", "/ajax-api/3.0/mlflow"})
class MlflowRunController {

    private static final int MOST_METRICS = 1_000;
    private static final int MOST_PARAMS = 100;
    private static final int MOST_TAGS = 100;
    private static final int LONGEST_PARAM = 6_000;
    /** What MLflow's client asks for at once. */
    private static final int MOST_POINTS = 25_000;

    private final Experiments experiments;
    private final Runs runs;
    private final LoggedModels models;
    private final WiredExperiments wired;
    private final Clock clock;

    MlflowRunController(Experiments experiments, Runs runs, LoggedModels models, WiredExperiments wired, Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.models = models;
        this.wired = wired;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateRun(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @JsonProperty("run_name") @Nullable String runName,
            @JsonProperty("start_time") @Nullable Long startTime,
            @Nullable List<Pair> tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record UpdateRun(
            @JsonProperty("run_id") String runId,
            @Nullable RunStatus status,
            @JsonProperty("end_time") @Nullable Long endTime,
            @JsonProperty("run_name") @Nullable String runName) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogMetric(
            @JsonProperty("run_id") String runId,
            String key,
            double value,
            @Nullable Long timestamp,
            @Nullable Long step) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogPair(
            @JsonProperty("run_id") String runId,
            String key,
            @Nullable String value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Point(
            String key,
            double value,
            @Nullable Long timestamp,
            @Nullable Long step) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogBatch(
            @JsonProperty("run_id") String runId,
            @Nullable List<Point> metrics,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    @PostMapping("/runs/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createRun(ProjectScope scope, @RequestBody CreateRun asked) {
        Experiment experiment = wired.of(scope.projectId(), asked.experimentId());
        Map<String, String> tags = MlflowWire.map(asked.tags());
        String name = Stream.of(asked.runName(), tags.get("mlflow.runName"))
                .filter(given -> given != null && !given.isBlank())
                .findFirst()
                .orElse("run");
        RunId id = runs.open(
                scope,
                experiment.id(),
                name,
                tags,
                asked.startTime() == null ? clock.instant() : MlflowWire.instant("start_time", asked.startTime()));
        return Map.of("run", run(scope, id));
    }

    @GetMapping("/runs/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> getRun(ProjectScope scope, @RequestParam("run_id") String id) {
        return Map.of("run", run(scope, MlflowWire.runId(id)));
    }

    @PostMapping("/runs/update")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> updateRun(ProjectScope scope, @RequestBody UpdateRun asked) {
        Run run = require(scope, asked.runId());
        runs.update(
                scope,
                run.id(),
                asked.status(),
                asked.endTime() == null ? null : MlflowWire.instant("end_time", asked.endTime()),
                asked.runName());
        return Map.of("run_info", run(scope, run.id()).getOrDefault("info", Map.of()));
    }

    @PostMapping("/runs/log-metric")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logMetric(ProjectScope scope, @RequestBody LogMetric asked) {
        return log(
                scope,
                asked.runId(),
                List.of(new Point(asked.key(), asked.value(), asked.timestamp(), asked.step())),
                Map.of(),
                Map.of());
    }

    @PostMapping("/runs/log-parameter")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logParameter(ProjectScope scope, @RequestBody LogPair asked) {
        return log(
                scope,
                asked.runId(),
                List.of(),
                Map.of(MlflowWire.key(asked.key()), MlflowWire.text(asked.value())),
                Map.of());
    }

    @PostMapping("/runs/set-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setTag(ProjectScope scope, @RequestBody LogPair asked) {
        return log(
                scope,
                asked.runId(),
                List.of(),
                Map.of(),
                Map.of(MlflowWire.key(asked.key()), MlflowWire.text(asked.value())));
    }

    @PostMapping("/runs/delete-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @RequestBody LogPair asked) {
        if (!runs.deleteTag(require(scope, asked.runId()).id(), asked.key())) {
            throw new MlflowException(
                    Code.RESOURCE_DOES_NOT_EXIST,
                    "No tag with name: %s in run with id %s".formatted(asked.key(), asked.runId()));
        }
        return Map.of();
    }

    @PostMapping("/runs/log-batch")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logBatch(ProjectScope scope, @RequestBody LogBatch asked) {
        List<Point> metrics = asked.metrics() == null ? List.of() : asked.metrics();
        Map<String, String> params = MlflowWire.params(asked.params());
        Map<String, String> tags = MlflowWire.map(asked.tags());
        requireAtMost("metrics", metrics.size(), MOST_METRICS);
        requireAtMost("params", params.size(), MOST_PARAMS);
        requireAtMost("tags", tags.size(), MOST_TAGS);
        return log(scope, asked.runId(), metrics, params, tags);
    }

    /** MLflow 3 clients tell of their models by {@code logged-models}; what they say here is in the models' own rows. */
    @PostMapping({"/runs/log-model", "/runs/log-inputs", "/runs/outputs"})
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> acknowledge(ProjectScope scope, @RequestBody Map<String, Object> told) {
        require(scope, String.valueOf(told.get("run_id")));
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
            throw new MlflowException(
                    Code.INVALID_PARAMETER_VALUE,
                    "max_results must be between 1 and %d, was %d".formatted(MOST_POINTS, most));
        }
        Run run = require(scope, id);
        List<MetricPoint> found = runs.history(run.id(), key, MlflowWire.point(key, pageToken), most + 1);
        List<MetricPoint> page = found.subList(0, Math.min(most, found.size()));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("metrics", page.stream().map(MlflowWire::metric).toList());
        if (found.size() > most) {
            answer.put("next_page_token", MlflowWire.pageToken(page.getLast()));
        }
        return answer;
    }

    @GetMapping("/artifacts/list")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> artifacts(
            ProjectScope scope, @RequestParam("run_id") String id, @RequestParam(defaultValue = "") String path) {
        Run run = require(scope, id);
        return Map.of(
                "root_uri", MlflowWire.artifactUri(run),
                "files", MlflowWire.listing(experiments.artifacts(scope.projectId(), run.id(), path), path, ""));
    }

    private Map<String, Object> log(
            ProjectScope scope,
            String runId,
            List<Point> points,
            Map<String, String> params,
            Map<String, String> tags) {
        Run run = require(scope, runId);
        params.forEach((key, value) -> {
            if (value.length() > LONGEST_PARAM) {
                throw new MlflowException(
                        Code.INVALID_PARAMETER_VALUE,
                        "Param value of '%s' had length %d, which exceeded length limit of %d"
                                .formatted(key, value.length(), LONGEST_PARAM));
            }
        });
        long now = clock.millis();
        List<MetricPoint> metrics = points.stream()
                .map(point -> new MetricPoint(
                        MlflowWire.key(point.key()),
                        MlflowWire.clamped(point.value()),
                        point.step() == null ? 0 : point.step(),
                        point.timestamp() == null ? now : point.timestamp()))
                .toList();
        experiments.log(run.id(), params, metrics, tags);
        return Map.of();
    }

    private static void requireAtMost(String what, int given, int most) {
        if (given > most) {
            throw new MlflowException(
                    Code.INVALID_PARAMETER_VALUE,
                    "A batch logging request can contain at most %d %s, got %d".formatted(most, what, given));
        }
    }

    private Map<String, Object> run(ProjectScope scope, RunId id) {
        return MlflowWire.run(runs.require(scope.projectId(), id), models.ofRun(scope.projectId(), id));
    }

    private Run require(ProjectScope scope, String wireId) {
        return runs.require(scope.projectId(), MlflowWire.runId(wireId));
    }
}
