package dev.trine.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.experiment.MlflowException.Code;
import dev.trine.experiment.MlflowWire.Pair;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.IdSource;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a training program needs of MLflow's REST API: its experiment, its run with params, metrics and tags, and the models it
 * logs. See the MLflow REST API reference, version 3.
 */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/2.0/mlflow", "/ajax-api/3.0/mlflow"})
class MlflowTrackingController {

    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[/:.%\"'\\\\\\p{Cntrl}]");
    private static final int LONGEST_NAME = 250;
    private static final int MOST_METRICS = 1_000;
    private static final int MOST_PARAMS = 100;
    private static final int MOST_TAGS = 100;
    private static final int LONGEST_PARAM = 6_000;
    /** What MLflow's client asks for at once. */
    private static final int MOST_POINTS = 25_000;

    private final ExperimentService service;
    private final ExperimentStore experiments;
    private final RunStore runs;
    private final LoggedModelStore models;
    private final IdSource ids;
    private final Clock clock;

    MlflowTrackingController(
            ExperimentService service,
            ExperimentStore experiments,
            RunStore runs,
            LoggedModelStore models,
            IdSource ids,
            Clock clock) {
        this.service = service;
        this.experiments = experiments;
        this.runs = runs;
        this.models = models;
        this.ids = ids;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateExperiment(String name, @Nullable List<Pair> tags) {}

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

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateLoggedModel(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String name,
            @JsonProperty("model_type") @Nullable String modelType,
            @JsonProperty("source_run_id") @Nullable String sourceRunId,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    /** Clients find a run's model by its name; of the filter language only {@code name = '…'} is known here. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchLoggedModels(
            @JsonProperty("experiment_ids") List<String> experimentIds,
            @Nullable String filter,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("page_token") @Nullable String pageToken) {

        static final int MOST = 100;
        private static final Pattern BY_NAME = Pattern.compile("\\s*name\\s*=\\s*'([^']*)'\\s*");

        /** The name that is asked for; null for any. */
        @Nullable
        String name() {
            if (filter == null || filter.isBlank()) {
                return null;
            }
            Matcher byName = BY_NAME.matcher(filter);
            if (!byName.matches()) {
                throw new MlflowException(
                        Code.INVALID_PARAMETER_VALUE,
                        "Invalid filter '%s': logged models are searched by name = '…'".formatted(filter));
            }
            return byName.group(1);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record FinalizeLoggedModel(LoggedModel.Status status) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Params(@Nullable List<Pair> params) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tags(@Nullable List<Pair> tags) {}

    @PostMapping("/experiments/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createExperiment(ProjectScope scope, @RequestBody CreateExperiment asked) {
        Experiment made = service.create(scope, asked.name(), MlflowWire.map(asked.tags()));
        return Map.of("experiment_id", MlflowWire.hex(made.id().value()));
    }

    @GetMapping("/experiments/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experiment(ProjectScope scope, @RequestParam("experiment_id") String id) {
        return Map.of("experiment", MlflowWire.experiment(resolve(scope.projectId(), id)));
    }

    @GetMapping("/experiments/get-by-name")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experimentByName(ProjectScope scope, @RequestParam("experiment_name") String name) {
        return experiments
                .byName(scope.projectId(), name)
                .map(found -> Map.<String, Object>of("experiment", MlflowWire.experiment(found)))
                .orElseThrow(() -> new MlflowException(
                        Code.RESOURCE_DOES_NOT_EXIST, "Could not find experiment with name '%s'".formatted(name)));
    }

    @PostMapping("/runs/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createRun(ProjectScope scope, @RequestBody CreateRun asked) {
        Experiment experiment = resolve(
                scope.projectId(),
                asked.experimentId() == null ? MlflowWire.DEFAULT_EXPERIMENT_ID : asked.experimentId());
        Map<String, String> tags = MlflowWire.map(asked.tags());
        String name = Stream.of(asked.runName(), tags.get("mlflow.runName"))
                .filter(given -> given != null && !given.isBlank())
                .findFirst()
                .orElse("run");
        RunId id = service.openRun(
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
        service.update(
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
        return log(scope, asked.runId(), List.of(), Map.of(MlflowWire.key(asked.key()), text(asked.value())), Map.of());
    }

    @PostMapping("/runs/set-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setTag(ProjectScope scope, @RequestBody LogPair asked) {
        return log(scope, asked.runId(), List.of(), Map.of(), Map.of(MlflowWire.key(asked.key()), text(asked.value())));
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
        List<MetricPoint> found = runs.points(run.id(), key, MlflowWire.point(key, pageToken), most + 1);
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
                "files", MlflowWire.listing(service.artifacts(scope.projectId(), run.id(), path), path, ""));
    }

    @PostMapping("/logged-models")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createModel(ProjectScope scope, @RequestBody CreateLoggedModel asked) {
        Experiment experiment = resolve(
                scope.projectId(),
                asked.experimentId() == null ? MlflowWire.DEFAULT_EXPERIMENT_ID : asked.experimentId());
        RunId run = asked.sourceRunId() == null || asked.sourceRunId().isEmpty()
                ? null
                : require(scope, asked.sourceRunId()).id();
        Instant now = clock.instant();
        var id = new LoggedModelId(ids.next());
        service.add(
                scope,
                new LoggedModel(
                        id,
                        experiment.id(),
                        run,
                        modelName(asked.name()),
                        text(asked.modelType()),
                        LoggedModel.Status.LOGGED_MODEL_PENDING,
                        MlflowWire.map(asked.params()),
                        MlflowWire.map(asked.tags()),
                        now,
                        now));
        return model(scope, MlflowWire.wire(id));
    }

    /** The name is a folder of the run's artifacts, so MLflow itself refuses these characters. */
    private static String modelName(@Nullable String asked) {
        if (asked == null || asked.isBlank()) {
            return "model";
        }
        if (asked.length() > LONGEST_NAME || NOT_IN_A_NAME.matcher(asked).find()) {
            throw new MlflowException(
                    Code.INVALID_PARAMETER_VALUE,
                    "Invalid model name ('%s') provided. Model name must have at most %d characters and cannot contain / : . %% \" '"
                            .formatted(asked, LONGEST_NAME));
        }
        return asked;
    }

    @PostMapping("/logged-models/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> searchModels(ProjectScope scope, @RequestBody SearchLoggedModels asked) {
        List<UUID> experiments = asked.experimentIds().stream()
                .map(id -> resolve(scope.projectId(), id).id().value())
                .toList();
        int most = asked.maxResults() == null ? SearchLoggedModels.MOST : asked.maxResults();
        if (most < 1 || most > SearchLoggedModels.MOST) {
            throw new MlflowException(
                    Code.INVALID_PARAMETER_VALUE,
                    "max_results must be between 1 and %d, was %d".formatted(SearchLoggedModels.MOST, most));
        }
        UUID after = asked.pageToken() == null || asked.pageToken().isEmpty()
                ? null
                : MlflowWire.modelId(asked.pageToken()).value();
        List<LoggedModel> found = models.search(scope.projectId(), experiments, asked.name(), after, most + 1);
        List<LoggedModel> page = found.subList(0, Math.min(most, found.size()));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("models", page.stream().map(MlflowWire::loggedModel).toList());
        if (found.size() > most) {
            answer.put("next_page_token", MlflowWire.wire(page.getLast().id()));
        }
        return answer;
    }

    @GetMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> model(ProjectScope scope, @PathVariable String id) {
        return Map.of("model", MlflowWire.loggedModel(requireModel(scope, id)));
    }

    @PatchMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> finalizeModel(
            ProjectScope scope, @PathVariable String id, @RequestBody FinalizeLoggedModel asked) {
        models.update(requireModel(scope, id).id(), asked.status(), Map.of(), Map.of(), clock.instant());
        return model(scope, id);
    }

    @PostMapping("/logged-models/{id}/params")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelParams(ProjectScope scope, @PathVariable String id, @RequestBody Params asked) {
        LoggedModel model = requireModel(scope, id);
        models.update(model.id(), null, MlflowWire.map(asked.params()), Map.of(), clock.instant());
        return Map.of();
    }

    @PatchMapping("/logged-models/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelTags(ProjectScope scope, @PathVariable String id, @RequestBody Tags asked) {
        LoggedModel model = requireModel(scope, id);
        models.update(model.id(), null, Map.of(), MlflowWire.map(asked.tags()), clock.instant());
        return Map.of();
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
        service.log(run.id(), params, metrics, tags);
        return Map.of();
    }

    private static void requireAtMost(String what, int given, int most) {
        if (given > most) {
            throw new MlflowException(
                    Code.INVALID_PARAMETER_VALUE,
                    "A batch logging request can contain at most %d %s, got %d".formatted(most, what, given));
        }
    }

    private Experiment resolve(ProjectId project, String wireId) {
        ExperimentId id = wireId.equals(MlflowWire.DEFAULT_EXPERIMENT_ID)
                ? service.ensure(project, MlflowWire.DEFAULT_EXPERIMENT_NAME)
                : MlflowWire.experimentId(wireId);
        return service.experiment(project, id);
    }

    private Map<String, Object> run(ProjectScope scope, RunId id) {
        return MlflowWire.run(service.require(scope.projectId(), id), models.ofRun(scope.projectId(), id));
    }

    private Run require(ProjectScope scope, String wireId) {
        return service.require(scope.projectId(), MlflowWire.runId(wireId));
    }

    private LoggedModel requireModel(ProjectScope scope, String wireId) {
        LoggedModelId id = MlflowWire.modelId(wireId);
        return models.find(scope.projectId(), id)
                .orElseThrow(() -> new MlflowException(
                        Code.RESOURCE_DOES_NOT_EXIST, "Logged model with ID '%s' not found.".formatted(wireId)));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
