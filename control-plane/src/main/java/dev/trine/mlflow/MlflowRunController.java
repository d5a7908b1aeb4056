package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.RunLineage;
import dev.trine.experiment.RunPlace;
import dev.trine.experiment.Runs;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Runs on MLflow's wire, and their files. */
@Hidden
@RestController
@MlflowPaths
class MlflowRunController {

    private final Experiments experiments;
    private final Runs runs;
    private final WiredExperiments wiredExperiments;
    private final WiredRuns wired;
    private final RunNames names;
    private final Clock clock;

    MlflowRunController(
            Experiments experiments,
            Runs runs,
            WiredExperiments wiredExperiments,
            WiredRuns wired,
            RunNames names,
            Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.wiredExperiments = wiredExperiments;
        this.wired = wired;
        this.names = names;
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
            @JsonProperty("run_id") @Nullable String runId,
            @Nullable RunStatus status,
            @JsonProperty("end_time") @Nullable Long endTime,
            @JsonProperty("run_name") @Nullable String runName) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RunNamed(@JsonProperty("run_id") @Nullable String runId) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchRuns(
            @JsonProperty("experiment_ids") @Nullable List<String> experimentIds,
            @Nullable String filter,
            @JsonProperty("run_view_type") @Nullable String runViewType,
            @JsonProperty("order_by") @Nullable List<String> orderBy,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    @PostMapping("/runs/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createRun(ProjectScope scope, @RequestBody CreateRun asked) {
        Experiment experiment = wiredExperiments.active(scope.projectId(), asked.experimentId());
        var tags = new HashMap<>(MlflowLimits.tags(MlflowWire.list(asked.tags())));
        String given = MlflowWire.text(asked.runName());
        String tagged = MlflowWire.text(tags.remove(MlflowWire.RUN_NAME));
        if (!given.isEmpty() && !tagged.isEmpty() && !given.equals(tagged)) {
            throw MlflowException.invalid(
                    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s')."
                            .formatted(given, tagged));
        }
        String name = !given.isEmpty() ? given : !tagged.isEmpty() ? tagged : names.next();
        Run made = runs.open(
                scope,
                experiment.id(),
                name,
                tags,
                asked.startTime() == null
                        ? clock.instant().truncatedTo(ChronoUnit.MILLIS)
                        : MlflowWire.instant("start_time", asked.startTime()));
        return Map.of("run", MlflowWire.run(made, experiment.number(), RunLineage.NONE));
    }

    @GetMapping("/runs/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> getRun(ProjectScope scope, @RequestParam("run_id") String id) {
        return Map.of("run", json(scope, wired.of(scope.projectId(), id)));
    }

    @PostMapping("/runs/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> searchRuns(ProjectScope scope, @RequestBody SearchRuns asked) {
        ProjectId project = scope.projectId();
        Map<ExperimentId, Long> numbers = wiredExperiments.numbers(project, MlflowWire.list(asked.experimentIds()));
        Page<Run> page = runs.search(
                project,
                numbers.keySet(),
                Searches.runs(asked.runViewType(), asked.filter(), asked.orderBy()),
                asked.pageToken(),
                MlflowPages.size(asked.maxResults()));
        Map<RunId, RunLineage> lineage =
                runs.lineage(project, page.items().stream().map(Run::id).toList());
        return MlflowPages.page(
                "runs",
                page.items().stream()
                        .map(run -> MlflowWire.run(
                                run,
                                numbers.getOrDefault(run.experimentId(), Experiment.DEFAULT_NUMBER),
                                lineage.getOrDefault(run.id(), RunLineage.NONE)))
                        .toList(),
                page.nextPageToken());
    }

    @PostMapping("/runs/update")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> updateRun(ProjectScope scope, @RequestBody UpdateRun asked) {
        RunPlace run = wired.active(scope.projectId(), asked.runId());
        String name = asked.runName();
        runs.update(
                scope,
                run.id(),
                asked.status(),
                asked.endTime() == null ? null : MlflowWire.instant("end_time", asked.endTime()),
                name == null || name.isEmpty() ? null : name);
        Run changed = wired.of(scope.projectId(), asked.runId());
        return Map.of(
                "run_info",
                MlflowWire.info(changed, wiredExperiments.number(scope.projectId(), changed.experimentId())));
    }

    @PostMapping("/runs/delete")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteRun(ProjectScope scope, @RequestBody RunNamed asked) {
        runs.delete(scope, wired.of(scope.projectId(), asked.runId()).id());
        return Map.of();
    }

    @PostMapping("/runs/restore")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> restoreRun(ProjectScope scope, @RequestBody RunNamed asked) {
        runs.restore(scope, wired.of(scope.projectId(), asked.runId()).id());
        return Map.of();
    }

    @GetMapping("/artifacts/list")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> artifacts(
            ProjectScope scope, @RequestParam("run_id") String id, @RequestParam(defaultValue = "") String path) {
        Run run = wired.of(scope.projectId(), id);
        String folder = ArtifactPlaces.relative(path);
        return Map.of(
                "root_uri",
                MlflowWire.artifactUri(run, wiredExperiments.number(scope.projectId(), run.experimentId())),
                "files",
                MlflowWire.listing(experiments.artifacts(scope.projectId(), run.id(), folder), folder, ""));
    }

    private Map<String, Object> json(ProjectScope scope, Run run) {
        return MlflowWire.run(
                run,
                wiredExperiments.number(scope.projectId(), run.experimentId()),
                runs.lineage(scope.projectId(), List.of(run.id())).getOrDefault(run.id(), RunLineage.NONE));
    }
}
