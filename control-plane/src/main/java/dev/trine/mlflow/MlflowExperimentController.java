package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.Experiments;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowException.Code;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Experiments on MLflow's wire. */
@Hidden
@RestController
@MlflowPaths
class MlflowExperimentController {

    private final Experiments experiments;
    private final WiredExperiments wired;

    MlflowExperimentController(Experiments experiments, WiredExperiments wired) {
        this.experiments = experiments;
        this.wired = wired;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateExperiment(@Nullable String name, @Nullable List<Pair> tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchExperiments(
            @Nullable String filter,
            @JsonProperty("order_by") @Nullable List<String> orderBy,
            @JsonProperty("view_type") @Nullable String viewType,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RenameExperiment(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @JsonProperty("new_name") @Nullable String newName) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ExperimentNamed(
            @JsonProperty("experiment_id") @Nullable String experimentId) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ExperimentTag(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String key,
            @Nullable String value) {}

    @PostMapping("/experiments/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createExperiment(ProjectScope scope, @RequestBody CreateExperiment asked) {
        Experiment made = experiments.create(
                scope,
                MlflowLimits.experimentName("name", asked.name()),
                MlflowLimits.experimentTags(MlflowWire.list(asked.tags())));
        return Map.of("experiment_id", Long.toString(made.number()));
    }

    @GetMapping("/experiments/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experiment(ProjectScope scope, @RequestParam("experiment_id") String id) {
        return Map.of("experiment", MlflowWire.experiment(wired.of(scope.projectId(), id)));
    }

    @GetMapping("/experiments/get-by-name")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experimentByName(ProjectScope scope, @RequestParam("experiment_name") String name) {
        return experiments
                .named(scope.projectId(), name)
                .map(found -> Map.<String, Object>of("experiment", MlflowWire.experiment(found)))
                .orElseThrow(() -> MlflowException.missing("Could not find experiment with name '%s'".formatted(name)));
    }

    @PostMapping("/experiments/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> searchExperiments(ProjectScope scope, @RequestBody SearchExperiments asked) {
        experiments.usual(scope.projectId());
        Page<Experiment> page = experiments.search(
                scope.projectId(),
                Searches.experiments(asked.viewType(), asked.filter(), asked.orderBy()),
                asked.pageToken(),
                MlflowPages.size(asked.maxResults()));
        return MlflowPages.page(
                "experiments", page.items().stream().map(MlflowWire::experiment).toList(), page.nextPageToken());
    }

    @GetMapping("/experiments/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> listExperiments(
            ProjectScope scope,
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "view_type", required = false) @Nullable String viewType,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        return searchExperiments(scope, new SearchExperiments(filter, orderBy, viewType, maxResults, pageToken));
    }

    @PostMapping("/experiments/update")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> renameExperiment(ProjectScope scope, @RequestBody RenameExperiment asked) {
        String id = MlflowLimits.required("experiment_id", asked.experimentId());
        String name = MlflowLimits.experimentName("new_name", asked.newName());
        Experiment found = wired.of(scope.projectId(), id);
        if (found.deletedAt() != null) {
            throw new MlflowException(Code.INVALID_STATE, "Cannot rename a non-active experiment.");
        }
        experiments.rename(scope, found.id(), name);
        return Map.of();
    }

    @PostMapping("/experiments/delete")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteExperiment(ProjectScope scope, @RequestBody ExperimentNamed asked) {
        experiments.delete(scope, inStage(scope, asked, false).id());
        return Map.of();
    }

    @PostMapping("/experiments/restore")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> restoreExperiment(ProjectScope scope, @RequestBody ExperimentNamed asked) {
        experiments.restore(scope, inStage(scope, asked, true).id());
        return Map.of();
    }

    /** One in the other stage is as good as none. */
    private Experiment inStage(ProjectScope scope, ExperimentNamed asked, boolean deleted) {
        Experiment found = wired.of(scope.projectId(), MlflowLimits.required("experiment_id", asked.experimentId()));
        if ((found.deletedAt() != null) != deleted) {
            throw WiredExperiments.none(found.number());
        }
        return found;
    }

    @PostMapping("/experiments/set-experiment-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setExperimentTag(ProjectScope scope, @RequestBody ExperimentTag asked) {
        String id = MlflowLimits.required("experiment_id", asked.experimentId());
        Map.Entry<String, String> tag =
                MlflowLimits.experimentTag(MlflowLimits.required("key", asked.key()), asked.value());
        experiments.tag(wired.active(scope.projectId(), id).id(), tag.getKey(), tag.getValue());
        return Map.of();
    }

    @PostMapping("/experiments/delete-experiment-tag")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteExperimentTag(ProjectScope scope, @RequestBody ExperimentTag asked) {
        String id = MlflowLimits.required("experiment_id", asked.experimentId());
        String key = MlflowLimits.required("key", asked.key());
        Experiment found = wired.active(scope.projectId(), id);
        if (!experiments.deleteTag(found.id(), key)) {
            throw MlflowException.missing("No tag with name: %s in experiment with id %s".formatted(key, id));
        }
        return Map.of();
    }
}
