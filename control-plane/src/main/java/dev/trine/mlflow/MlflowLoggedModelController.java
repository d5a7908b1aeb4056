package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.LoggedModels;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
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

    MlflowLoggedModelController(LoggedModels models, WiredRuns wiredRuns, WiredExperiments wired) {
        this.models = models;
        this.wiredRuns = wiredRuns;
        this.wired = wired;
    }

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
                throw MlflowException.invalid(
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
        return Map.of("model", MlflowWire.loggedModel(made, experiment.number()));
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
        List<ExperimentId> experiments = asked.experimentIds().stream()
                .map(id -> wired.of(scope.projectId(), id).id())
                .toList();
        int most = asked.maxResults() == null ? SearchLoggedModels.MOST : asked.maxResults();
        if (most < 1 || most > SearchLoggedModels.MOST) {
            throw MlflowException.invalid(
                    "max_results must be between 1 and %d, was %d".formatted(SearchLoggedModels.MOST, most));
        }
        LoggedModelId after =
                asked.pageToken() == null || asked.pageToken().isEmpty() ? null : MlflowWire.modelId(asked.pageToken());
        List<LoggedModel> found = models.search(scope.projectId(), experiments, asked.name(), after, most + 1);
        List<LoggedModel> page = found.subList(0, Math.min(most, found.size()));
        return MlflowWire.page(
                "models",
                page.stream().map(model -> json(scope, model)).toList(),
                found.size() > most ? MlflowWire.wire(page.getLast().id()) : null);
    }

    @GetMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> model(ProjectScope scope, @PathVariable String id) {
        return Map.of("model", json(scope, requireModel(scope, id)));
    }

    @PatchMapping("/logged-models/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> finalizeModel(
            ProjectScope scope, @PathVariable String id, @RequestBody FinalizeLoggedModel asked) {
        models.update(requireModel(scope, id).id(), asked.status(), Map.of(), Map.of());
        return model(scope, id);
    }

    @PostMapping("/logged-models/{id}/params")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelParams(ProjectScope scope, @PathVariable String id, @RequestBody Params asked) {
        LoggedModel model = requireModel(scope, id);
        models.update(model.id(), null, MlflowLimits.params(MlflowWire.list(asked.params())), Map.of());
        return Map.of();
    }

    @PatchMapping("/logged-models/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> modelTags(ProjectScope scope, @PathVariable String id, @RequestBody Tags asked) {
        LoggedModel model = requireModel(scope, id);
        models.update(model.id(), null, Map.of(), MlflowLimits.tags(MlflowWire.list(asked.tags())));
        return Map.of();
    }

    private Map<String, Object> json(ProjectScope scope, LoggedModel model) {
        return MlflowWire.loggedModel(model, wired.number(scope.projectId(), model.experimentId()));
    }

    private LoggedModel requireModel(ProjectScope scope, String wireId) {
        LoggedModelId id = MlflowWire.modelId(wireId);
        return models.find(scope.projectId(), id)
                .orElseThrow(() -> MlflowException.missing("Logged model with ID '%s' not found.".formatted(wireId)));
    }
}
