package dev.trine.inference;

import dev.trine.inference.InferenceService.Replica;
import dev.trine.workload.Workload.Reason;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Makes a service's state what its replicas make it. */
@Component
class ServiceHealth {

    private final InferenceServiceStore services;
    private final ReplicaStore replicas;
    private final Clock clock;

    ServiceHealth(InferenceServiceStore services, ReplicaStore replicas, Clock clock) {
        this.services = services;
        this.replicas = replicas;
        this.clock = clock;
    }

    /**
     * Changes a replica and settles what that makes of its service, under the service's row lock: so two replicas that change at
     * once cannot settle on half of the truth. Everybody locks in the order workload, service, replica.
     *
     * @param change changes the replica's row; says whether it did
     * @return what {@code change} said
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean settle(InferenceServiceId id, BooleanSupplier change) {
        boolean living = services.lock(id);
        boolean changed = change.getAsBoolean();
        if (living && changed) {
            settle(id);
        }
        return changed;
    }

    private void settle(InferenceServiceId id) {
        List<Replica> all = replicas.of(List.of(id)).getOrDefault(id, List.of());
        ServiceState state = ServiceState.of(all.stream().map(Replica::state).toList());
        Reason reason = state == ServiceState.READY
                ? null
                : all.stream()
                        .map(Replica::reason)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        services.state(id, state, reason, clock.instant());
    }
}
