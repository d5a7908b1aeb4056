package dev.trine.training;

import dev.trine.data.DatasetVersionId;
import dev.trine.data.Datasets;
import dev.trine.data.UploadId;
import dev.trine.data.Uploads;
import dev.trine.experiment.Experiments;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectPolicy;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.lib.workload.WorkloadSpec.Network;
import dev.trine.scheduling.Scheduling;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import dev.trine.training.TrainingSpec.TrainingProgram;
import dev.trine.training.TrainingSpec.TrainingSet;
import dev.trine.workload.WorkloadState;
import dev.trine.workload.Workloads;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class TrainingJobService implements TrainingJobs {

    /** What the workload module calls our workloads. */
    static final String OWNER = "training-job";

    private static final String DATA_TAG = "trine.dataset";

    private final TrainingJobStore store;
    private final Datasets datasets;
    private final Uploads uploads;
    private final Experiments experiments;
    private final Workloads workloads;
    private final Scheduling scheduling;
    private final ProjectPolicy policy;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    TrainingJobService(
            TrainingJobStore store,
            Datasets datasets,
            Uploads uploads,
            Experiments experiments,
            Workloads workloads,
            Scheduling scheduling,
            ProjectPolicy policy,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.datasets = datasets;
        this.uploads = uploads;
        this.experiments = experiments;
        this.workloads = workloads;
        this.scheduling = scheduling;
        this.policy = policy;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public TrainingJob submit(ProjectScope scope, TrainingSpec asked) {
        TrainingSpec spec = TrainingSpecs.complete(asked);
        List<Violation> violations = TrainingSpecs.violations(spec);
        if (!violations.isEmpty()) {
            throw TrineException.invalid(violations);
        }
        scheduling.requirePossible(TrainingSpecs.resources(spec));
        TrainingSet data = spec.data();
        Datasets.Reading reading = data == null ? null : datasets.resolve(scope.projectId(), data.reference());
        if (data != null && reading != null) {
            spec = pinned(spec, data, reading);
        }
        return queue(
                scope,
                spec,
                TrainingWorkload.of(spec, reading, code(scope, spec.program())),
                reading == null ? null : reading.versionId(),
                reading == null ? Map.of() : dataTags(reading));
    }

    /** The spec with the version that "latest" meant, so that a retry reads the same bytes. */
    private static TrainingSpec pinned(TrainingSpec spec, TrainingSet data, Datasets.Reading reading) {
        String label = data.labelColumn() == null ? reading.labelColumn() : data.labelColumn();
        var exact = new TrainingSet(reading.datasetName(), reading.version(), data.split(), label);
        return new TrainingSpec(
                spec.name(),
                spec.program(),
                exact,
                spec.resources(),
                spec.timeout(),
                spec.retries(),
                spec.env(),
                spec.experiment());
    }

    /** @param dataTags what the run says of the data; empty without any */
    private TrainingJob queue(
            ProjectScope scope,
            TrainingSpec spec,
            WorkloadSpec workloadSpec,
            @Nullable DatasetVersionId datasetVersion,
            Map<String, String> dataTags) {
        requireAllowed(scope, workloadSpec);
        var id = new TrainingJobId(ids.next());
        var tags = new HashMap<String, String>(dataTags);
        tags.put("trine.job", id.toString());
        var experiment = experiments.ensure(scope.projectId(), TrainingSpecs.orElse(spec.experiment(), spec.name()));
        var run = experiments.startRun(
                scope.projectId(), experiment, spec.name(), scope.caller().userId(), tags);
        var workload = workloads.submit(new Workloads.Submission(
                scope.projectId(), scope.caller().userId(), OWNER, id.toString(), workloadSpec, 0));
        Instant now = clock.instant();
        var job = new TrainingJob(
                id,
                spec.name(),
                workload.state(),
                workload.reason(),
                spec,
                workload.id(),
                run,
                experiment,
                datasetVersion,
                List.of(),
                now,
                now,
                null,
                null,
                1);
        store.insert(job, scope.projectId(), scope.caller().userId(), TrackingEnvironment.permissions(scope.caller()));
        audit.record(scope, "training.job.submit", id.toString(), Map.of("name", spec.name()));
        return job;
    }

    private void requireAllowed(ProjectScope scope, WorkloadSpec spec) {
        if (spec.network() == Network.INTERNET && !policy.internetAccess(scope.projectId())) {
            throw TrineException.invalid(
                    "program.network",
                    ("project '%1$s' does not let its jobs go to the internet; an admin of its organization can change"
                                    + " that: trine projects internet %1$s on")
                            .formatted(scope.slug()));
        }
    }

    private List<Input.File> code(ProjectScope scope, TrainingProgram program) {
        return switch (program) {
            case TrainingProgram.Builtin builtin -> List.of();
            case TrainingProgram.Command command ->
                TrainingSpecs.orElse(command.code(), List.<String>of()).stream()
                        .map(upload -> uploads.keep(scope, UploadId.of(upload)))
                        .toList();
        };
    }

    private static Map<String, String> dataTags(Datasets.Reading reading) {
        return Map.of(
                DATA_TAG,
                reading.datasetName(),
                DATA_TAG + "Version",
                reading.versionId().toString(),
                DATA_TAG + "Digest",
                reading.digest());
    }

    @Override
    @SnapshotRead
    public TrainingJob get(ProjectScope scope, TrainingJobId id) {
        TrainingJob job = require(scope, id);
        return job.withAttempts(workloads.get(job.workloadId()).attempts());
    }

    @Override
    @SnapshotRead
    public Page<TrainingJob> list(
            ProjectScope scope, @Nullable WorkloadState state, @Nullable String search, PageRequest page) {
        return Page.of(
                store.list(scope.projectId(), state, search, page),
                page,
                job -> job.id().value());
    }

    @Override
    @Transactional
    public TrainingJob cancel(ProjectScope scope, TrainingJobId id) {
        TrainingJob job = require(scope, id);
        if (!job.state().ended()) {
            workloads.cancel(job.workloadId(), "cancelled by its user");
            audit.record(scope, "training.job.cancel", id.toString(), Map.of());
        }
        return get(scope, id);
    }

    @Override
    @Transactional
    public TrainingJob retry(ProjectScope scope, TrainingJobId id) {
        TrainingJob job = require(scope, id);
        if (job.state() != WorkloadState.FAILED && job.state() != WorkloadState.CANCELLED) {
            throw new TrineException(
                    ErrorCode.CONFLICT,
                    "%s is %s; only a job that has failed or was cancelled can be retried".formatted(id, job.state()));
        }
        scheduling.requirePossible(TrainingSpecs.resources(job.spec()));
        var dataTags = new HashMap<String, String>(
                experiments.run(scope.projectId(), job.runId()).tags());
        dataTags.keySet().removeIf(key -> !key.startsWith(DATA_TAG));
        // what was found for it then, whatever has become of the names and uploads since
        WorkloadSpec found = workloads.get(job.workloadId()).spec();
        return queue(scope, job.spec(), found, job.datasetVersionId(), dataTags);
    }

    private TrainingJob require(ProjectScope scope, TrainingJobId id) {
        return store.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("training job", id));
    }

    @Override
    public Map<WorkloadState, Integer> countByState(ProjectId project) {
        return store.countByState(project);
    }
}
