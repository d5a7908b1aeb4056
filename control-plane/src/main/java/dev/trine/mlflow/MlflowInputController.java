package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.LoggedDataset;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.RunPlace;
import dev.trine.experiment.Runs;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What runs are given and what comes of them, on MLflow's wire: datasets and logged models. */
@Hidden
@RestController
@MlflowPaths
class MlflowInputController {

    private static final int MOST_EXPERIMENTS = 20;
    private static final int MOST_SUMMARIES = 1_000;

    private final Runs runs;
    private final WiredRuns wired;
    private final WiredLoggedModels models;
    private final WiredExperiments experiments;

    MlflowInputController(Runs runs, WiredRuns wired, WiredLoggedModels models, WiredExperiments experiments) {
        this.runs = runs;
        this.wired = wired;
        this.models = models;
        this.experiments = experiments;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Dataset(
            @Nullable String name,
            @Nullable String digest,
            @JsonProperty("source_type") @Nullable String sourceType,
            @Nullable String source,
            @Nullable String schema,
            @Nullable String profile) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DatasetInput(@Nullable List<Pair> tags, @Nullable Dataset dataset) {

        LoggedDataset.Input checked() {
            Dataset given = MlflowLimits.given("Dataset", dataset);
            return new LoggedDataset.Input(
                    MlflowLimits.dataset(new LoggedDataset(
                            MlflowLimits.given("Dataset name", given.name()),
                            MlflowLimits.given("Dataset digest", given.digest()),
                            MlflowLimits.given("Dataset source_type", given.sourceType()),
                            MlflowLimits.given("Dataset source", given.source()),
                            given.schema(),
                            given.profile())),
                    MlflowLimits.inputTags(MlflowWire.list(tags)));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ModelInput(@JsonProperty("model_id") @Nullable String modelId) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ModelOutput(
            @JsonProperty("model_id") @Nullable String modelId,
            @Nullable Long step) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogInputs(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable List<DatasetInput> datasets,
            @Nullable List<ModelInput> models) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LogOutputs(
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable List<ModelOutput> models) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchDatasets(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds) {}

    @PostMapping("/runs/log-inputs")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logInputs(ProjectScope scope, @RequestBody LogInputs asked) {
        List<LoggedDataset.Input> datasets = MlflowWire.list(asked.datasets()).stream()
                .map(DatasetInput::checked)
                .toList();
        RunPlace run = wired.active(scope.projectId(), asked.runId());
        Map<String, LoggedModelId> used = models.known(
                scope.projectId(),
                MlflowWire.list(asked.models()).stream()
                        .map(input -> MlflowLimits.required("model_id", input.modelId()))
                        .toList());
        runs.addInputs(scope, run, datasets, new LinkedHashSet<>(used.values()));
        return Map.of();
    }

    @PostMapping("/runs/outputs")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> logOutputs(ProjectScope scope, @RequestBody LogOutputs asked) {
        if (asked.models() == null) {
            throw MlflowLimits.lacks("models");
        }
        RunPlace run = wired.active(scope.projectId(), asked.runId());
        Map<String, LoggedModelId> known = models.known(
                scope.projectId(),
                asked.models().stream()
                        .map(output -> MlflowLimits.required("model_id", output.modelId()))
                        .toList());
        // of a model that is named twice, the last step counts
        var steps = new LinkedHashMap<LoggedModelId, Long>();
        for (ModelOutput output : asked.models()) {
            LoggedModelId model = known.get(MlflowWire.text(output.modelId()));
            steps.put(Objects.requireNonNull(model), output.step() == null ? 0 : output.step());
        }
        runs.addOutputs(run.id(), steps);
        return Map.of();
    }

    /** What the pages of MLflow offer to filter runs by. */
    @PostMapping("/experiments/search-datasets")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> searchDatasets(ProjectScope scope, @RequestBody SearchDatasets asked) {
        List<String> ids = MlflowWire.list(asked.experimentIds());
        if (ids.isEmpty()) {
            throw MlflowException.invalid("SearchDatasets request must specify at least one experiment_id.");
        }
        if (ids.size() > MOST_EXPERIMENTS) {
            throw MlflowException.invalid(
                    "SearchDatasets request cannot specify more than %d experiment_ids. Received %d experiment_ids."
                            .formatted(MOST_EXPERIMENTS, ids.size()));
        }
        Map<ExperimentId, Long> found = experiments.numbers(scope.projectId(), ids);
        return Map.of(
                "dataset_summaries",
                runs.usedDatasets(scope.projectId(), found.keySet(), MOST_SUMMARIES).stream()
                        .map(use -> summary(use, found))
                        .toList());
    }

    private static Map<String, Object> summary(LoggedDataset.Use use, Map<ExperimentId, Long> numbers) {
        var json = new LinkedHashMap<String, Object>();
        json.put("experiment_id", String.valueOf(numbers.get(use.experiment())));
        json.put("name", use.name());
        json.put("digest", use.digest());
        if (use.context() != null) {
            json.put("context", use.context());
        }
        return json;
    }
}
