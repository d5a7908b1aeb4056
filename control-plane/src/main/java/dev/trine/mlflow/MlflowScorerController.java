package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.quality.ScorerVersion;
import dev.trine.quality.Scorers;
import dev.trine.shared.Json;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Scorers on MLflow's wire. They are kept and told, and nothing here runs them. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/scorers", "/ajax-api/3.0/mlflow/scorers"})
class MlflowScorerController {

    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DEFINITION = 1_000_000;

    private final Scorers scorers;
    private final WiredExperiments experiments;

    MlflowScorerController(Scorers scorers, WiredExperiments experiments) {
        this.scorers = scorers;
        this.experiments = experiments;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RegisterScorer(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String name,
            @JsonProperty("serialized_scorer") @Nullable String definition) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeleteScorer(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String name,
            @Nullable Integer version) {}

    @PostMapping("/register")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> register(ProjectScope scope, @RequestBody RegisterScorer asked) {
        String name = MlflowLimits.required("name", asked.name());
        if (name.isBlank()) {
            throw MlflowException.invalid("Scorer name cannot be empty or contain only whitespace.");
        }
        MlflowLimits.shortEnough("name", name, LONGEST_NAME);
        String definition = definition(asked.definition());
        Experiment experiment = experiment(scope.projectId(), asked.experimentId());
        ScorerVersion made = scorers.register(scope.projectId(), experiment.id(), name, definition);
        return Map.of(
                "version", made.version(),
                "scorer_id", made.scorerId().value().toString(),
                "experiment_id", Long.toString(experiment.number()),
                "name", made.name(),
                "serialized_scorer", made.definition(),
                "creation_time", made.createdAt().toEpochMilli());
    }

    private static String definition(@Nullable String given) {
        String json = MlflowLimits.required("serialized_scorer", given);
        try {
            Json.read(json, JsonNode.class);
        } catch (JacksonException e) {
            throw MlflowException.invalid("serialized_scorer must be valid JSON");
        }
        return MlflowLimits.shortEnough("serialized_scorer", json, LONGEST_DEFINITION);
    }

    private Experiment experiment(ProjectId project, @Nullable String wireId) {
        return experiments.active(project, MlflowLimits.required("experiment_id", wireId));
    }

    /** @param ids of several experiments; without one, and without an experiment, all of the project */
    @GetMapping("/list")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> list(
            ProjectScope scope,
            @RequestParam(name = "experiment_id", required = false) @Nullable String id,
            @RequestParam(name = "experiment_ids", required = false) @Nullable List<String> ids) {
        boolean ofOne = !MlflowWire.text(id).isEmpty();
        if (ofOne && ids != null) {
            throw MlflowException.invalid(
                    "Cannot specify both 'experiment_id' and 'experiment_ids'. Use 'experiment_ids' to scope the query to multiple experiments, or 'experiment_id' to scope it to a single experiment.");
        }
        if (ofOne) {
            Experiment experiment = experiment(scope.projectId(), id);
            return told(
                    scorers.latest(scope.projectId(), List.of(experiment.id())),
                    Map.of(experiment.id(), experiment.number()));
        }
        List<ScorerVersion> found = scorers.latest(
                scope.projectId(),
                ids == null ? null : experiments.numbers(scope.projectId(), ids).keySet());
        return told(found, active(scope.projectId(), found));
    }

    /** The experiments of scorers, but for those that were deleted. */
    private Map<ExperimentId, Long> active(ProjectId project, List<ScorerVersion> found) {
        return experiments
                .known(project, found.stream().map(ScorerVersion::experimentId).toList())
                .stream()
                .filter(experiment -> experiment.deletedAt() == null)
                .collect(Collectors.toMap(Experiment::id, Experiment::number));
    }

    private static Map<String, Object> told(List<ScorerVersion> found, Map<ExperimentId, Long> numbers) {
        return Map.of(
                "scorers",
                found.stream()
                        .filter(one -> numbers.containsKey(one.experimentId()))
                        .map(one -> json(one, numbers.getOrDefault(one.experimentId(), Experiment.DEFAULT_NUMBER)))
                        .toList());
    }

    private static Map<String, Object> json(ScorerVersion one, long experiment) {
        return Map.of(
                "experiment_id", experiment,
                "scorer_name", one.name(),
                "scorer_version", one.version(),
                "serialized_scorer", one.definition(),
                "creation_time", one.createdAt().toEpochMilli(),
                "scorer_id", one.scorerId().value().toString());
    }

    @GetMapping("/versions")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> versions(
            ProjectScope scope, @RequestParam("experiment_id") String experimentId, @RequestParam String name) {
        Experiment experiment = experiment(scope.projectId(), experimentId);
        List<ScorerVersion> found = scorers.versions(scope.projectId(), experiment.id(), name);
        if (found.isEmpty()) {
            throw none(experimentId, name, null);
        }
        return told(found, Map.of(experiment.id(), experiment.number()));
    }

    @GetMapping("/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> get(
            ProjectScope scope,
            @RequestParam("experiment_id") String experimentId,
            @RequestParam String name,
            @RequestParam(required = false) @Nullable Integer version) {
        Experiment experiment = experiment(scope.projectId(), experimentId);
        return Map.of(
                "scorer",
                scorers.find(scope.projectId(), experiment.id(), name, version)
                        .map(found -> json(found, experiment.number()))
                        .orElseThrow(() -> none(experimentId, name, version)));
    }

    @DeleteMapping("/delete")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @RequestBody DeleteScorer asked) {
        String name = MlflowLimits.required("name", asked.name());
        Experiment experiment = experiment(scope.projectId(), asked.experimentId());
        if (!scorers.delete(scope, experiment.id(), name, asked.version())) {
            throw none(Long.toString(experiment.number()), name, asked.version());
        }
        return Map.of();
    }

    private static MlflowException none(String experiment, String name, @Nullable Integer version) {
        return MlflowException.missing(
                version == null
                        ? "Scorer with name '%s' not found for experiment %s.".formatted(name, experiment)
                        : "Scorer with name '%s' and version %d not found for experiment %s."
                                .formatted(name, version, experiment));
    }
}
