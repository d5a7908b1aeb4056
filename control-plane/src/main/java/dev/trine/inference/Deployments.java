package dev.trine.inference;

import dev.trine.identity.Audit;
import dev.trine.identity.Keys;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.registry.ModelFiles;
import dev.trine.registry.Models;
import dev.trine.scheduling.Scheduling;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Workloads;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Deploys services and takes them down. */
@Service
class Deployments implements InferenceServices {

    /** What the workload module calls our workloads. */
    static final String OWNER = "replica";

    private final InferenceServiceStore store;
    private final ReplicaStore replicas;
    private final Models models;
    private final Scheduling scheduling;
    private final Workloads workloads;
    private final Wakeups wakeups;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    Deployments(
            InferenceServiceStore store,
            ReplicaStore replicas,
            Models models,
            Scheduling scheduling,
            Workloads workloads,
            Wakeups wakeups,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.replicas = replicas;
        this.models = models;
        this.scheduling = scheduling;
        this.workloads = workloads;
        this.wakeups = wakeups;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public InferenceService deploy(ProjectScope scope, ServiceSpec asked) {
        ServiceSpec spec = asked.checked();
        scheduling.requirePossible(resources(spec));
        var model = models.resolve(
                scope.projectId(),
                spec.model().name(),
                spec.model().version(),
                spec.model().alias());
        if (!model.format().equals("onnx")) {
            throw new TrineException(
                    ErrorCode.MODEL_UNUSABLE,
                    "version %d of '%s' has the format '%s'; the model server loads onnx"
                            .formatted(model.version(), model.model(), model.format()));
        }
        var id = new InferenceServiceId(ids.next());
        Instant now = clock.instant();
        if (!store.insert(id, scope, spec, model.version(), now)) {
            throw new TrineException(
                    ErrorCode.ALREADY_EXISTS,
                    "project '%s' has a service '%s' already".formatted(scope.slug(), spec.name()));
        }
        WorkloadSpec server = server(spec, model);
        for (int copy = 0; copy < Objects.requireNonNull(spec.replicas()); copy++) {
            var replica = new ReplicaId(ids.next());
            var workload = workloads.submit(new Workloads.Submission(
                    scope.projectId(), scope.caller().userId(), OWNER, replica.toString(), server, 10));
            replicas.insert(replica, id, workload.id(), now);
        }
        wakeups.publish(Keys.TOPIC);
        audit.record(
                scope,
                "inference.service.deploy",
                id.toString(),
                Map.of("name", spec.name(), "modelDigest", model.digest()));
        return get(scope, id);
    }

    private static Resources resources(ServiceSpec checked) {
        var resources = Objects.requireNonNull(checked.resources());
        return new Resources(
                Objects.requireNonNull(resources.cpus()),
                Objects.requireNonNull(resources.memoryBytes()),
                Objects.requireNonNull(resources.gpus()));
    }

    private static WorkloadSpec server(ServiceSpec spec, Models.RegisteredVersion model) {
        return new WorkloadSpec(
                WorkloadSpec.Kind.SERVICE,
                new Program.Builtin(
                        "model-server",
                        List.of(
                                "--name",
                                model.model(),
                                "--version",
                                Integer.toString(model.version()),
                                "--port",
                                "0")),
                Map.of(),
                List.of(new Input("model", ModelFiles.of(model.files(), ""))),
                resources(spec),
                WorkloadSpec.Network.HOST,
                null,
                0);
    }

    @Override
    @SnapshotRead
    public InferenceService get(ProjectScope scope, InferenceServiceId id) {
        return withReplicas(List.of(require(scope, id))).getFirst();
    }

    @Override
    @SnapshotRead
    public Page<InferenceService> list(ProjectScope scope, PageRequest page) {
        return Page.of(
                withReplicas(store.list(scope.projectId(), page)),
                page,
                service -> service.id().value());
    }

    private List<InferenceService> withReplicas(List<InferenceService> services) {
        var found = replicas.of(services.stream().map(InferenceService::id).toList());
        return services.stream()
                .map(service -> new InferenceService(
                        service.id(),
                        service.name(),
                        service.state(),
                        service.reason(),
                        service.spec(),
                        service.modelName(),
                        service.modelVersion(),
                        found.getOrDefault(service.id(), List.of()),
                        service.url(),
                        service.createdAt(),
                        service.updatedAt(),
                        service.version()))
                .toList();
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, InferenceServiceId id) {
        InferenceService service = get(scope, id);
        // workloads are locked before services everywhere, so the service comes last
        workloads.cancelAll(
                service.replicas().stream()
                        .map(InferenceService.Replica::workloadId)
                        .toList(),
                "its service was deleted");
        store.delete(id, clock.instant());
        wakeups.publish(Keys.TOPIC);
        audit.record(scope, "inference.service.delete", id.toString(), Map.of("name", service.name()));
    }

    private InferenceService require(ProjectScope scope, InferenceServiceId id) {
        return store.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("inference service", id));
    }

    @Override
    public Map<ServiceState, Integer> countByState(ProjectId project) {
        return store.countByState(project);
    }
}
