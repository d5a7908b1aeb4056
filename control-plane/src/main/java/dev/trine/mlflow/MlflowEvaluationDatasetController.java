package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.quality.EvaluationDataset;
import dev.trine.quality.EvaluationDatasetId;
import dev.trine.quality.EvaluationDatasets;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Evaluation datasets on MLflow's wire: made, found, tagged, given to experiments. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/datasets", "/ajax-api/3.0/mlflow/datasets"})
class MlflowEvaluationDatasetController {

    private static final String NONE_TO_TAG = "Could not find evaluation dataset with ID %s";
    private static final String NONE_TO_GIVE = "Dataset '%s' not found";

    /** What a page has at most, whatever is asked for. */
    private static final int MOST_RESULTS = 1_000;

    private final EvaluationDatasets datasets;
    private final WiredEvaluationDatasets wired;
    private final WiredExperiments experiments;

    MlflowEvaluationDatasetController(
            EvaluationDatasets datasets, WiredEvaluationDatasets wired, WiredExperiments experiments) {
        this.datasets = datasets;
        this.wired = wired;
        this.experiments = experiments;
    }

    /** @param tags JSON of values by name */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateEvaluationDataset(
            @Nullable String name,
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @Nullable String tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchEvaluationDatasets(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @JsonProperty("filter_string") @Nullable String filter,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("order_by") @Nullable List<String> orderBy,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    /** @param tags JSON of values by name */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record EvaluationDatasetTags(@Nullable String tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ExperimentIds(
            @JsonProperty("experiment_ids") @Nullable List<String> ids) {}

    @PostMapping("/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> create(ProjectScope scope, @RequestBody CreateEvaluationDataset asked) {
        Map<ExperimentId, Long> numbers = numbers(scope.projectId(), asked.experimentIds());
        EvaluationDataset made = datasets.create(
                scope.projectId(),
                EvaluationDatasetWire.name(asked.name()),
                EvaluationDatasetWire.tags(asked.tags()),
                numbers.keySet());
        var json = new LinkedHashMap<>(EvaluationDatasetWire.json(made));
        json.put(
                "experiment_ids",
                numbers.values().stream().map(Object::toString).toList());
        return Map.of("dataset", json);
    }

    /** Of experiments that must all be there, in their order. */
    private Map<ExperimentId, Long> numbers(ProjectId project, @Nullable List<String> wireIds) {
        Map<Long, ExperimentId> known = new HashMap<>();
        experiments.numbers(project, MlflowWire.list(wireIds)).forEach((id, number) -> known.put(number, id));
        var numbers = new LinkedHashMap<ExperimentId, Long>();
        for (String wireId : MlflowWire.list(wireIds)) {
            long number = MlflowWire.experimentNumber(wireId);
            ExperimentId id = known.get(number);
            if (id == null) {
                throw WiredExperiments.none(number);
            }
            numbers.put(id, number);
        }
        return numbers;
    }

    @GetMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> get(ProjectScope scope, @PathVariable String id) {
        return answer(wired.of(scope.projectId(), id));
    }

    private static Map<String, Object> answer(EvaluationDataset dataset) {
        return Map.of("dataset", EvaluationDatasetWire.json(dataset));
    }

    /** Of one that is not there nothing is told, as MLflow's own server does. */
    @DeleteMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @PathVariable String id) {
        EvaluationDatasetWire.id(id).ifPresent(known -> datasets.delete(scope, known));
        return Map.of();
    }

    @PostMapping("/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> search(ProjectScope scope, @RequestBody SearchEvaluationDatasets asked) {
        List<String> within = MlflowWire.list(asked.experimentIds());
        Page<EvaluationDataset> page = datasets.search(
                scope.projectId(),
                within.isEmpty()
                        ? null
                        : experiments.numbers(scope.projectId(), within).keySet(),
                QualitySearches.datasets(asked.filter(), asked.orderBy()),
                asked.pageToken(),
                Math.min(MlflowPages.size(asked.maxResults()), MOST_RESULTS));
        return MlflowPages.page(
                "datasets",
                page.items().stream().map(EvaluationDatasetWire::json).toList(),
                page.nextPageToken());
    }

    @GetMapping("/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> list(
            ProjectScope scope,
            @RequestParam(name = "experiment_ids", required = false) @Nullable List<String> experimentIds,
            @RequestParam(name = "filter_string", required = false) @Nullable String filter,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        return search(scope, new SearchEvaluationDatasets(experimentIds, filter, maxResults, orderBy, pageToken));
    }

    @PatchMapping("/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> tag(ProjectScope scope, @PathVariable String id, @RequestBody EvaluationDatasetTags asked) {
        Map<String, String> tags = EvaluationDatasetWire.tags(MlflowLimits.required("tags", asked.tags()));
        datasets.tag(
                scope.projectId(), wired.of(scope.projectId(), id, NONE_TO_TAG).id(), tags);
        return Map.of();
    }

    /** Of one that is not there nothing is told, as MLflow's own server does. */
    @DeleteMapping("/{id}/tags/{key}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @PathVariable String id, @PathVariable String key) {
        EvaluationDatasetWire.id(id).ifPresent(known -> datasets.deleteTag(scope.projectId(), known, key));
        return Map.of();
    }

    @GetMapping("/{id}/experiment-ids")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experiments(ProjectScope scope, @PathVariable String id) {
        EvaluationDatasetId known = wired.of(scope.projectId(), id).id();
        List<ExperimentId> of = datasets.experiments(scope.projectId(), known);
        Map<ExperimentId, Long> numbers = experiments.numbersOf(scope.projectId(), of);
        return Map.of(
                "experiment_ids",
                of.stream()
                        .map(numbers::get)
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .toList());
    }

    @PostMapping("/{id}/add-experiments")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> add(ProjectScope scope, @PathVariable String id, @RequestBody ExperimentIds asked) {
        EvaluationDatasetId known =
                wired.of(scope.projectId(), id, NONE_TO_GIVE).id();
        return answer(datasets.add(
                scope.projectId(),
                known,
                numbers(scope.projectId(), asked.ids()).keySet()));
    }

    /** Experiments that are not there are none that have it. */
    @PostMapping("/{id}/remove-experiments")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> remove(ProjectScope scope, @PathVariable String id, @RequestBody ExperimentIds asked) {
        EvaluationDatasetId known =
                wired.of(scope.projectId(), id, NONE_TO_GIVE).id();
        return answer(datasets.remove(
                scope.projectId(),
                known,
                experiments
                        .numbers(scope.projectId(), MlflowWire.list(asked.ids()))
                        .keySet()));
    }
}
