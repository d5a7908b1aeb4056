package dev.trine.experiment;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.UserId;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Page;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Experiments and runs, for the neighbours and for both wires. */
@Service
class ExperimentService implements Experiments, Runs {

    private final ExperimentStore experiments;
    private final RunStore runs;
    private final ArtifactService artifacts;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    ExperimentService(
            ExperimentStore experiments,
            RunStore runs,
            ArtifactService artifacts,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.artifacts = artifacts;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public ExperimentId ensure(ProjectId project, String name) {
        experiments.insert(new ExperimentId(ids.next()), project, name, Map.of(), clock.instant());
        return experiments.byName(project, name).orElseThrow().id();
    }

    @Override
    @Transactional
    public Experiment create(ProjectScope scope, String name, Map<String, String> tags) {
        ProjectId project = scope.projectId();
        if (name.isBlank() || name.length() > 250) {
            throw TrineException.invalid("name", "must have between 1 and 250 characters");
        }
        var id = new ExperimentId(ids.next());
        if (!experiments.insert(id, project, name, tags, clock.instant())) {
            throw new TrineException(ErrorCode.ALREADY_EXISTS, "there is an experiment '%s' already".formatted(name));
        }
        audit.record(scope, "experiment.create", id.toString(), Map.of("name", name));
        return experiment(project, id);
    }

    @Override
    @Transactional
    public RunId open(
            ProjectScope scope, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt) {
        RunId id = startRun(scope.projectId(), experiment, name, scope.caller().userId(), tags, startedAt);
        audit.record(scope, "experiment.run.create", id.toString(), Map.of("name", name));
        return id;
    }

    @Override
    @Transactional
    public void update(
            ProjectScope scope,
            RunId run,
            @Nullable RunStatus status,
            @Nullable Instant endedAt,
            @Nullable String name) {
        runs.update(run, status, endedAt, name);
        if (name != null) {
            audit.record(scope, "experiment.run.rename", run.toString(), Map.of("name", name));
        }
    }

    @Override
    public Optional<Experiment> named(ProjectId project, String name) {
        return experiments.byName(project, name);
    }

    @Override
    public Experiment experiment(ProjectId project, ExperimentId id) {
        return experiments.find(project, id).orElseThrow(() -> TrineException.notFound("experiment", id));
    }

    @Override
    @Transactional
    public RunId startRun(
            ProjectId project, ExperimentId experiment, String name, @Nullable UserId user, Map<String, String> tags) {
        return startRun(project, experiment, name, user, tags, clock.instant());
    }

    private RunId startRun(
            ProjectId project,
            ExperimentId experiment,
            String name,
            @Nullable UserId user,
            Map<String, String> tags,
            Instant startedAt) {
        var id = new RunId(ids.next());
        runs.insert(id, project, experiment, name, user, clock.instant(), startedAt);
        runs.putTags(id, tags);
        return id;
    }

    @Override
    @Transactional
    public void log(RunId run, Map<String, String> params, List<MetricPoint> metrics, Map<String, String> tags) {
        Map<String, String> conflicts = runs.addParams(run, params);
        if (!conflicts.isEmpty()) {
            String key = conflicts.keySet().iterator().next();
            throw new TrineException(
                    ErrorCode.CONFLICT,
                    "param '%s' of %s is '%s' already and cannot become '%s'; params are written once"
                            .formatted(key, run, conflicts.get(key), params.get(key)));
        }
        runs.addMetrics(run, metrics);
        runs.putTags(run, tags);
    }

    @Override
    @Transactional
    public void logTold(RunId run, List<Param> params, List<MetricPoint> metrics, Map<String, String> tags) {
        var first = new HashMap<String, String>();
        var contradicted = new TreeSet<String>();
        for (Param param : params) {
            String before = first.putIfAbsent(param.key(), param.value());
            if (before != null && !before.equals(param.value())) {
                contradicted.add(param.key());
            }
        }
        contradicted.addAll(runs.addParams(run, first).keySet());
        runs.addMetrics(run, metrics);
        var all = new HashMap<>(tags);
        if (!contradicted.isEmpty()) {
            String keys = contradicted.stream().limit(10).collect(Collectors.joining(", "));
            all.put(WARNING_TAG, "params are written once; the first value stayed of " + keys);
        }
        runs.putTags(run, all);
    }

    @Override
    @Transactional
    public void endRun(RunId run, RunStatus status, Instant at) {
        runs.update(run, status, at, null);
    }

    @Override
    @Transactional
    public void addArtifacts(RunId run, List<Artifact> added) {
        artifacts.put(run, added);
    }

    @Override
    @SnapshotRead
    public List<Artifact> artifacts(ProjectId project, RunId run, String path) {
        require(project, run);
        return artifacts.ofRun(project, run, path);
    }

    /** The same page by page, sorted by path. */
    @SnapshotRead
    Page<Artifact> artifacts(ProjectId project, RunId run, String path, NamedPageRequest page) {
        require(project, run);
        return artifacts.ofRun(project, run, path, page);
    }

    @Override
    @SnapshotRead
    public RunSummary run(ProjectId project, RunId id) {
        Run run = require(project, id);
        return new RunSummary(
                run.id(), run.experimentId(), run.name(), run.status(), run.tags(), latest(run.metrics()));
    }

    @Override
    public List<MetricPoint> latest(ProjectId project, RunId id) {
        return latest(runs.latest(project, id));
    }

    private static List<MetricPoint> latest(Map<String, Run.Latest> metrics) {
        return metrics.entrySet().stream()
                .map(entry -> new MetricPoint(
                        entry.getKey(),
                        entry.getValue().value(),
                        entry.getValue().step(),
                        entry.getValue().timestamp()))
                .sorted(Comparator.comparing(MetricPoint::key))
                .toList();
    }

    @Override
    public boolean deleteTag(RunId run, String key) {
        return runs.deleteTag(run, key);
    }

    @Override
    public List<MetricPoint> history(RunId run, String key, @Nullable MetricPoint after, int limit) {
        return runs.points(run, key, after, limit);
    }

    @Override
    public Run require(ProjectId project, RunId id) {
        return runs.find(project, id).orElseThrow(() -> TrineException.notFound("run", id));
    }
}
