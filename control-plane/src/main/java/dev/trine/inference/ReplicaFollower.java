package dev.trine.inference;

import dev.trine.identity.Keys;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadChanged;
import dev.trine.workload.Workloads;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Carries what a model server's workload does into its replica and service, in the workload's own transaction. */
@Component
class ReplicaFollower {

    private final ReplicaStore replicas;
    private final ServiceHealth health;
    private final Workloads workloads;
    private final Wakeups wakeups;

    ReplicaFollower(ReplicaStore replicas, ServiceHealth health, Workloads workloads, Wakeups wakeups) {
        this.replicas = replicas;
        this.health = health;
        this.workloads = workloads;
        this.wakeups = wakeups;
    }

    @EventListener(condition = "#changed.owner() == 'replica'")
    @Transactional(propagation = Propagation.MANDATORY)
    void on(WorkloadChanged changed) {
        replicas.serviceOf(changed.id()).ifPresent(service -> {
            Workload workload = workloads.get(changed.id());
            health.settle(service, () -> {
                replicas.follow(workload.id(), state(workload), workload.reason(), workload.host(), workload.port());
                return true;
            });
            wakeups.publish(ReplicaProber.TOPIC);
            wakeups.publish(Keys.TOPIC);
        });
    }

    private static ReplicaState state(Workload workload) {
        return switch (workload.state()) {
            case QUEUED, STARTING, RUNNING -> ReplicaState.STARTING;
            case CANCELLING, CANCELLED -> ReplicaState.STOPPED;
            case SUCCEEDED, FAILED -> ReplicaState.FAILED;
        };
    }
}
