package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Artifacts;
import dev.trine.experiment.DatasetName;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModelColumn;
import dev.trine.experiment.LoggedModels;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Models that clients log apart from their run, on MLflow's wire. */
@Hidden
@RestController
@MlflowPaths
class MlflowLoggedModelController {

    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[/:.%\"'\\\\\\p{Cntrl}]");
    private static final int LONGEST_NAME = 250;

    private final LoggedModels models;
    private final WiredRuns wiredRuns;
    private final WiredExperiments wired;
    private final WiredLoggedModels wiredModels;
    private final Artifacts artifacts;

    MlflowLoggedModelController(
            LoggedModels models,
            WiredRuns wiredRuns,
            WiredExperiments wired,
            WiredLoggedModels wiredModels,
            Artifacts artifacts) {
        this.models = models;
        this.wiredRuns = wiredRuns;
        this.wired = wired;
        this.wiredModels = wiredModels;
        this.artifacts = artifacts;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateLoggedModel(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String name,
            @JsonProperty("model_type") @Nullable String modelType,
            @JsonProperty("source_run_id") @Nullable String sourceRunId,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    /** @param name what a metric was measured on */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Dataset(
            @JsonProperty("dataset_name") @Nullable String name,
            @JsonProperty("dataset_digest") @Nullable String digest) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record OrderBy(
            @JsonProperty("field_name") @Nullable String field,
            @Nullable Boolean ascending,
            @JsonProperty("dataset_name") @Nullable String datasetName,
            @JsonProperty("dataset_digest") @Nullable String datasetDigest) {

        Search.Order<LoggedModelColumn> checked() {
            DatasetName on = MlflowWire.dataset(datasetName, datasetDigest);
            if (on == null && !MlflowWire.text(datasetDigest).isEmpty()) {
                throw MlflowException.invalid(
                        "`dataset_digest` can only be specified if `dataset_name` is also specified.");
            }
            if (field == null) {
                throw MlflowException.invalid("`field_name` in the `order_by` clause must be specified.");
            }
            return new Search.Order<>(Searches.orderOfLoggedModels(field.strip(), on), ascending == null || ascending);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchLoggedModels(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @Nullable String filter,
            @Nullable List<Dataset> datasets,
            @JsonProperty("order_by") @Nullable List<OrderBy> orderBy,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record FinalizeLoggedModel(LoggedModel.@Nullable Status status) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Params(@Nullable List<Pair> params) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tags(@Nullable List<Pair> tags) {}

    @PostMapping("/logged-models")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createModel(ProjectScope scope, @RequestBody CreateLoggedModel asked) {
        Experiment experiment = wired.active(scope.projectId(), asked.experimentId());
        RunId run = asked.sourceRunId() == null || asked.sourceRunId().isEmpty()
                ? null
                : wiredRuns.active(scope.projectId(), asked.sourceRunId()).id();
        LoggedModel made = models.create(
                scope,
                experiment.id(),
                run,
                modelName(asked.name()),
                MlflowWire.text(asked.modelType()),
                MlflowLimits.params(MlflowWire.list(asked.params())),
                MlflowLimits.tags(MlflowWire.list(asked.tags())));
        return Map.of("model", LoggedModelWire.json(made, experiment.number()));
    }

    /** The name is a folder of the run's artifacts, so MLflow itself refuses these characters. */
    private static String modelName(@Nullable String asked) {
        if (asked == null || asked.isBlank()) {
            return "model";
        }
        if (asked.length() > LONGEST_NAME || NOT_IN_A_NAME.matcher(asked).find()) {
            throw MlflowException.invalid(
                    "Invalid model name ('%s') provided. Model name must have at most %d characters and cannot contain / : . %% \" '"
                            .formatted(asked, LONGEST_NAME));
        }
        return asked;
    }

    @PostMapping("/logged-models/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> searchModels(ProjectScope scope, @RequestBody SearchLoggedModels asked) {
        if (MlflowWire.list(asked.experimentIds()).isEmpty()) {
            throw MlflowLimits.lacks("experiment_ids");
        }
        Map<ExperimentId, Long> numbers = wired.numbers(scope.projectId(), MlflowWire.list(asked.experimentIds()));
        Page<LoggedModel> page = models.search(
                scope.projectId(),
                numbers.keySet(),
                Searches.loggedModels(
                        asked.filter(),
                        MlflowWire.list(asked.datasets()).stream()
                                .map(MlflowLoggedModelController::dataset)
                                .toList(),
                        MlflowWire.list(asked.orderBy()).stream()
                                .map(OrderBy::checked)
                                .toList()),
                asked.pageToken(),
                MlflowPages.loggedModels(asked.maxResults()));
        return MlflowPages.page(
                "models",
                page.items().stream()
                        .map(model -> LoggedModelWire.json(
                                model, numbers.getOrDefault(model.experimentId(), Experiment.DEFAULT_NUMBER)))
                        .toList(),
                page.nextPageToken());
    }

    private static DatasetName dataset(Dataset asked) {
        DatasetName dataset = MlflowWire.dataset(asked.name(), asked.digest());
        if (dataset == null) {
            throw MlflowException.invalid("`dataset_name` in the `datasets` clause must be specified.");
        }
        return dataset;
    }

    /** @param deleted whether it may have been deleted */
    @GetMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> model(
            ProjectScope scope,
            @PathVariable String id,
            @RequestParam(name = "allow_deleted", defaultValue = "false") boolean deleted) {
        return answer(
                scope, deleted ? wiredModels.of(scope.projectId(), id) : wiredModels.active(scope.projectId(), id));
    }

    @GetMapping("/logged-models/{id}/artifacts/directories")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> artifacts(
            ProjectScope scope,
            @PathVariable String id,
            @RequestParam(name = "artifact_directory_path", defaultValue = "") String path) {
        LoggedModel model = wiredModels.active(scope.projectId(), id);
        String folder = ArtifactPlaces.relative(path);
        return Map.of(
                "root_uri",
                LoggedModelWire.artifactUri(model, wired.number(scope.projectId(), model.experimentId())),
                "files",
                MlflowWire.listing(artifacts.below(model.id(), folder), folder, ""));
    }

    @DeleteMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteModel(ProjectScope scope, @PathVariable String id) {
        models.delete(scope, wiredModels.of(scope.projectId(), id).id());
        return Map.of();
    }

    @PatchMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> finalizeModel(
            ProjectScope scope, @PathVariable String id, @RequestBody FinalizeLoggedModel asked) {
        LoggedModel model = wiredModels.of(scope.projectId(), id);
        models.update(model.id(), MlflowLimits.given("Logged model status", asked.status()), Map.of(), Map.of());
        return answer(scope, wiredModels.of(scope.projectId(), id));
    }

    @PostMapping("/logged-models/{id}/params")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelParams(ProjectScope scope, @PathVariable String id, @RequestBody Params asked) {
        LoggedModel model = wiredModels.of(scope.projectId(), id);
        models.update(model.id(), null, MlflowLimits.params(MlflowWire.list(asked.params())), Map.of());
        return Map.of();
    }

    @PatchMapping("/logged-models/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelTags(ProjectScope scope, @PathVariable String id, @RequestBody Tags asked) {
        LoggedModel model = wiredModels.of(scope.projectId(), id);
        models.update(model.id(), null, Map.of(), MlflowLimits.tags(MlflowWire.list(asked.tags())));
        return Map.of();
    }

    /** Keys may have slashes. */
    @DeleteMapping("/logged-models/{id}/tags/{*key}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @PathVariable String id, @PathVariable String key) {
        LoggedModel model = wiredModels.of(scope.projectId(), id);
        String name = key.substring(1);
        if (!models.deleteTag(model.id(), name)) {
            throw MlflowException.missing("No tag with key '%s' found for model with ID '%s'.".formatted(name, id));
        }
        return Map.of();
    }

    private Map<String, Object> answer(ProjectScope scope, LoggedModel model) {
        return Map.of("model", LoggedModelWire.json(model, wired.number(scope.projectId(), model.experimentId())));
    }
}
