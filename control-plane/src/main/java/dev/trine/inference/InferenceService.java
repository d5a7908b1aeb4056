package dev.trine.inference;

import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as callers see it.
 *
 * @param modelVersion the version it serves, also where the spec names an alias
 * @param url path at the gateway under which the model server's protocol is spoken
 */
public record InferenceService(
        InferenceServiceId id,
        String name,
        ServiceState state,
        Workload.@Nullable Reason reason,
        ServiceSpec spec,
        String modelName,
        int modelVersion,
        List<Replica> replicas,
        String url,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public InferenceService {
        replicas = List.copyOf(replicas);
    }

    /**
     * One copy of the model server.
     *
     * @param endpoint {@code host:port}; null before it listens
     */
    public record Replica(
            ReplicaId id,
            WorkloadId workloadId,
            ReplicaState state,
            Workload.@Nullable Reason reason,
            @Nullable String endpoint,
            Instant createdAt,
            @Nullable Instant readyAt) {}
}
