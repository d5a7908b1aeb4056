package dev.trine.evaluation;

import dev.trine.data.Datasets;
import dev.trine.evaluation.EvaluationSpec.EvaluationSet;
import dev.trine.evaluation.EvaluationSpec.Subject;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.registry.ModelDigest;
import dev.trine.registry.ModelFiles;
import dev.trine.registry.Models;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs.Blob;
import dev.trine.workload.Workloads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class EvaluationService implements Evaluations {

    /** What the workload module calls our workloads. */
    static final String OWNER = "evaluation-job";

    private static final Resources RESOURCES = new Resources(1, 1L << 30, 0);
    private static final Duration TIMEOUT = Duration.ofHours(1);

    private final EvaluationJobStore store;
    private final Datasets datasets;
    private final Models models;
    private final Experiments experiments;
    private final Workloads workloads;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    EvaluationService(
            EvaluationJobStore store,
            Datasets datasets,
            Models models,
            Experiments experiments,
            Workloads workloads,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.datasets = datasets;
        this.models = models;
        this.experiments = experiments;
        this.workloads = workloads;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** The files of what is measured, with paths relative to the model's folder. */
    private record Measured(String digest, List<Input.File> files) {}

    @Override
    @Transactional
    public EvaluationJob submit(ProjectScope scope, EvaluationSpec spec) {
        spec.check();
        Measured measured = measured(scope, spec.model());
        if (measured.files().stream().noneMatch(file -> file.path().equals("model.onnx"))) {
            throw new TrineException(
                    ErrorCode.MODEL_UNUSABLE,
                    "the evaluator reads ONNX; the model has no model.onnx but %s"
                            .formatted(measured.files().stream()
                                    .map(Input.File::path)
                                    .toList()));
        }
        Datasets.Reading reading =
                datasets.resolve(scope.projectId(), spec.data().reference());
        var id = new EvaluationJobId(ids.next());
        var workload = workloads.submit(new Workloads.Submission(
                scope.projectId(),
                scope.caller().userId(),
                OWNER,
                id.toString(),
                workload(measured, reading, label(spec.data(), reading)),
                0));
        var job = new EvaluationJob(
                id,
                workload.state(),
                workload.reason(),
                spec,
                workload.id(),
                measured.digest(),
                reading.versionId(),
                null,
                clock.instant(),
                null,
                null,
                1);
        store.insert(job, scope.projectId(), scope.caller().userId());
        audit.record(scope, "evaluation.job.submit", id.toString(), Map.of("modelDigest", measured.digest()));
        return job;
    }

    @Override
    public Blob predictions(ProjectScope scope, EvaluationJobId id) {
        EvaluationJob job = get(scope, id);
        return workloads.outputs(job.workloadId()).stream()
                .filter(output -> output.path().equals("predictions.csv"))
                .map(output -> new Blob(output.objectKey(), output.sha256(), output.sizeBytes()))
                .findFirst()
                .orElseThrow(() -> new TrineException(
                        ErrorCode.CONFLICT, "%s is %s and has no predictions".formatted(id, job.state())));
    }

    private Measured measured(ProjectScope scope, Subject subject) {
        if (subject.name() != null) {
            var version = models.resolve(scope.projectId(), subject.name(), subject.version(), subject.alias());
            return new Measured(version.digest(), ModelFiles.of(version.files(), ""));
        }
        String path = subject.artifactPath() == null ? Subject.DEFAULT_PATH : subject.artifactPath();
        RunId run = RunId.of(Objects.requireNonNull(subject.runId()));
        List<Artifact> artifacts = experiments.artifacts(scope.projectId(), run, path);
        if (artifacts.isEmpty()) {
            throw new TrineException(ErrorCode.NOT_FOUND, "run %s has no artifacts at '%s'".formatted(run, path));
        }
        return new Measured(ModelDigest.of(artifacts, path), ModelFiles.of(artifacts, path));
    }

    private static String label(EvaluationSet data, Datasets.Reading reading) {
        String label = data.labelColumn() == null ? reading.labelColumn() : data.labelColumn();
        if (label == null || !reading.columns().contains(label)) {
            throw TrineException.invalid(
                    "data.labelColumn",
                    "'%s' is not a column of version %d of '%s'"
                            .formatted(label, reading.version(), reading.datasetName()));
        }
        return label;
    }

    private static WorkloadSpec workload(Measured measured, Datasets.Reading reading, String label) {
        Datasets.Part part = reading.parts().getFirst();
        if (part.files().size() != 1) {
            throw TrineException.invalid(
                    "data.dataset",
                    "the evaluator reads one table, but version %d of '%s' has %d files"
                            .formatted(
                                    reading.version(),
                                    reading.datasetName(),
                                    part.files().size()));
        }
        Map<String, Object> told = Map.of(
                "modelFile",
                "model/model.onnx",
                "testFile",
                "test/" + part.files().getFirst().path(),
                "labelColumn",
                label);
        return new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                new Program.Builtin("evaluate", List.of()),
                Map.of("TRINE_SPEC", Json.write(told)),
                List.of(new Input("model", measured.files()), new Input("test", part.files())),
                RESOURCES,
                WorkloadSpec.Network.NONE,
                TIMEOUT,
                0);
    }

    @Override
    @SnapshotRead
    public EvaluationJob get(ProjectScope scope, EvaluationJobId id) {
        return store.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("evaluation job", id));
    }

    @Override
    @SnapshotRead
    public Page<EvaluationJob> list(ProjectScope scope, PageRequest page) {
        return Page.of(
                store.list(scope.projectId(), page), page, job -> job.id().value());
    }
}
