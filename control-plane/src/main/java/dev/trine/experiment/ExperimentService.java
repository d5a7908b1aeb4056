package dev.trine.experiment;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.UserId;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
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

/** Experiments, and the runs that are kept for jobs. */
@Service
class ExperimentService implements Experiments {

    private static final int LONGEST_NAME = 500;

    private final ExperimentStore experiments;
    private final RunStore runs;
    private final MetricStore metrics;
    private final RunService kept;
    private final ArtifactService artifacts;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    ExperimentService(
            ExperimentStore experiments,
            RunStore runs,
            MetricStore metrics,
            RunService kept,
            ArtifactService artifacts,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.metrics = metrics;
        this.kept = kept;
        this.artifacts = artifacts;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public ExperimentId ensure(ProjectId project, String name) {
        experiments.insert(new ExperimentId(ids.next()), project, name, Map.of(), clock.instant());
        Experiment found = experiments.byName(project, name).orElseThrow();
        if (!found.isActive()) {
            mark(found.id(), null);
        }
        return found.id();
    }

    @Override
    @Transactional
    public Experiment create(ProjectScope scope, String name, Map<String, String> tags) {
        ProjectId project = scope.projectId();
        requireName(name);
        var id = new ExperimentId(ids.next());
        if (!experiments.insert(id, project, name, tags, clock.instant())) {
            throw taken(name);
        }
        audit.record(scope, "experiment.create", id.toString(), Map.of("name", name));
        return experiment(project, id);
    }

    private static void requireName(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw TrineException.invalid("name", "must have between 1 and %d characters".formatted(LONGEST_NAME));
        }
    }

    /** Also by one that was deleted and can be restored. */
    private static TrineException taken(String name) {
        return new TrineException(ErrorCode.ALREADY_EXISTS, "Experiment(name=%s) already exists".formatted(name));
    }

    @Override
    @Transactional
    public void rename(ProjectScope scope, ExperimentId id, String name) {
        requireName(name);
        if (!experiments.rename(id, name, clock.instant())) {
            throw taken(name);
        }
        audit.record(scope, "experiment.rename", id.toString(), Map.of("name", name));
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, ExperimentId id) {
        mark(id, clock.instant());
        audit.record(scope, "experiment.delete", id.toString(), Map.of());
    }

    @Override
    @Transactional
    public void restore(ProjectScope scope, ExperimentId id) {
        mark(id, null);
        audit.record(scope, "experiment.restore", id.toString(), Map.of());
    }

    private void mark(ExperimentId id, @Nullable Instant deletedAt) {
        experiments.mark(id, deletedAt, clock.instant());
        runs.markAll(id, deletedAt);
    }

    @Override
    @Transactional
    public void tag(ExperimentId id, String key, String value) {
        experiments.putTag(id, key, value);
    }

    @Override
    @Transactional
    public boolean deleteTag(ExperimentId id, String key) {
        return experiments.deleteTag(id, key);
    }

    @Override
    public Page<Experiment> search(
            ProjectId project, Search<ExperimentColumn> search, @Nullable String token, int size) {
        return experiments.search(project, search, token, size);
    }

    @Override
    @Transactional
    public Experiment usual(ProjectId project) {
        return experiments.byNumber(project, Experiment.DEFAULT_NUMBER).orElseGet(() -> {
            experiments.insert(
                    new ExperimentId(ids.next()), project, Experiment.DEFAULT_NAME, Map.of(), clock.instant());
            return experiments.byNumber(project, Experiment.DEFAULT_NUMBER).orElseThrow();
        });
    }

    @Override
    public Optional<Experiment> numbered(ProjectId project, long number) {
        return experiments.byNumber(project, number);
    }

    @Override
    public List<Experiment> numbered(ProjectId project, Collection<Long> numbers) {
        return experiments.byNumbers(project, numbers);
    }

    @Override
    public List<Experiment> known(ProjectId project, Collection<ExperimentId> ids) {
        return experiments.byIds(project, ids);
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
        return kept.start(project, experiment, name, user, tags, clock.instant());
    }

    @Override
    @Transactional
    public void logTold(RunId run, List<Param> params, List<MetricPoint> points, Map<String, String> tags) {
        var first = new HashMap<String, String>();
        var contradicted = new TreeSet<String>();
        for (Param param : params) {
            String before = first.putIfAbsent(param.key(), param.value());
            if (before != null && !before.equals(param.value())) {
                contradicted.add(param.key());
            }
        }
        contradicted.addAll(runs.addParams(run, first).keySet());
        metrics.add(run, points);
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
        kept.require(project, run);
        return artifacts.ofRun(project, run, path);
    }

    /** The same page by page, sorted by path. */
    @SnapshotRead
    Page<Artifact> artifacts(ProjectId project, RunId run, String path, NamedPageRequest page) {
        kept.require(project, run);
        return artifacts.ofRun(project, run, path, page);
    }

    @Override
    @SnapshotRead
    public RunSummary run(ProjectId project, RunId id) {
        Run run = kept.require(project, id);
        return new RunSummary(
                run.id(), run.experimentId(), run.name(), run.status(), run.tags(), latest(run.metrics()));
    }

    @Override
    public List<MetricPoint> latest(ProjectId project, RunId id) {
        return latest(metrics.latest(project, id));
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
}
