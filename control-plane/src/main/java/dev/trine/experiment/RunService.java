package dev.trine.experiment;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.experiment.RunLineageStore.Role;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.UserId;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs, and who changed them. */
@Service
class RunService implements Runs {

    private final RunStore runs;
    private final MetricStore metrics;
    private final RunLineageStore lineage;
    private final LoggedModelStore models;
    private final Audit audit;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final Clock clock;

    RunService(
            RunStore runs,
            MetricStore metrics,
            RunLineageStore lineage,
            LoggedModelStore models,
            Audit audit,
            TransactionTemplate transactions,
            IdSource ids,
            Clock clock) {
        this.runs = runs;
        this.metrics = metrics;
        this.lineage = lineage;
        this.models = models;
        this.audit = audit;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Run open(
            ProjectScope scope, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt) {
        RunId id = start(scope.projectId(), experiment, name, scope.caller().userId(), tags, startedAt);
        audit.record(scope, "experiment.run.create", id.toString(), Map.of("name", name));
        return Run.begun(id, experiment, name, tags, startedAt);
    }

    /** The same for whoever it is; joins the caller's transaction. */
    RunId start(
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
    @SnapshotRead
    public Optional<Run> find(ProjectId project, RunId id) {
        return runs.find(project, id);
    }

    @Override
    public Optional<RunPlace> place(ProjectId project, RunId id) {
        return runs.place(project, id);
    }

    /** @throws TrineException {@code NOT_FOUND}, also of one that was deleted */
    Run require(ProjectId project, RunId id) {
        return runs.find(project, id)
                .filter(run -> run.deletedAt() == null)
                .orElseThrow(() -> TrineException.notFound("run", id));
    }

    @Override
    @SnapshotRead
    public Page<Run> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<RunColumn> search,
            @Nullable String token,
            int size) {
        return runs.search(project, experiments, search, token, size);
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
    @Transactional
    public void delete(ProjectScope scope, RunId run) {
        runs.mark(run, clock.instant());
        audit.record(scope, "experiment.run.delete", run.toString(), Map.of());
    }

    @Override
    @Transactional
    public void restore(ProjectScope scope, RunId run) {
        runs.mark(run, null);
        audit.record(scope, "experiment.run.restore", run.toString(), Map.of());
    }

    /**
     * Most of what clients tell is new. What turns out to be told again is taken anew, with a look at each point; within somebody
     * else's transaction, which that would be the end of, there is such a look at once.
     */
    @Override
    public void log(ProjectScope scope, RunId run, Batch batch) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            log(scope, run, batch, metrics::add);
            return;
        }
        try {
            transactions.executeWithoutResult(status -> log(scope, run, batch, metrics::addNew));
        } catch (DuplicateKeyException toldAgain) {
            transactions.executeWithoutResult(status -> log(scope, run, batch, metrics::add));
        }
    }

    private void log(ProjectScope scope, RunId run, Batch batch, BiConsumer<RunId, List<MetricPoint>> points) {
        Map<String, String> conflicts = runs.addParams(run, batch.params());
        if (!conflicts.isEmpty()) {
            String key = conflicts.keySet().iterator().next();
            throw new TrineException(
                    ErrorCode.CONFLICT,
                    "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'."
                            .formatted(
                                    key, conflicts.get(key), run, batch.params().get(key)));
        }
        points.accept(run, batch.metrics());
        models.addMeasures(run, batch.measures());
        runs.putTags(run, batch.tags());
        if (batch.name() != null) {
            update(scope, run, null, null, batch.name());
        }
    }

    @Override
    @Transactional
    public void appendToTag(RunId run, String key, String json) {
        runs.appendToTag(run, key, json);
    }

    @Override
    @Transactional
    public boolean deleteTag(RunId run, String key) {
        return runs.deleteTag(run, key);
    }

    @Override
    public List<MetricPoint> history(RunId run, String key, @Nullable MetricPoint after, int limit) {
        return metrics.points(run, key, after, limit);
    }

    @Override
    public List<RunPoint> history(ProjectId project, Collection<RunId> asked, String key, int limit) {
        return metrics.points(project, asked, key, limit);
    }

    @Override
    public List<RunPoint> sampled(Collection<RunId> asked, String key, @Nullable Steps steps, int most) {
        return metrics.sampled(asked, key, steps, most);
    }

    @Override
    public Set<RunId> known(ProjectId project, Collection<RunId> asked) {
        return runs.known(project, asked);
    }

    @Override
    @Transactional
    public void addInputs(
            ProjectScope scope, RunPlace run, List<LoggedDataset.Input> datasets, Collection<LoggedModelId> used) {
        lineage.addDatasets(scope.projectId(), run.experimentId(), run.id(), datasets, clock.instant());
        lineage.addModels(
                run.id(), Role.INPUT, used.stream().collect(Collectors.toMap(Function.identity(), model -> 0L)));
    }

    @Override
    @Transactional
    public void addOutputs(RunId run, Map<LoggedModelId, Long> steps) {
        lineage.addModels(run, Role.OUTPUT, steps);
    }

    @Override
    @SnapshotRead
    public Map<RunId, RunLineage> lineage(ProjectId project, Collection<RunId> asked) {
        return lineage.of(project, asked);
    }

    @Override
    public List<LoggedDataset.Use> usedDatasets(ProjectId project, Collection<ExperimentId> experiments, int most) {
        return lineage.uses(project, experiments, most);
    }
}
