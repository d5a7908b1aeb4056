package dev.trine.inference;

import dev.trine.identity.Keys;
import dev.trine.identity.Permission;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadFollower;
import dev.trine.workload.WorkloadState;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Carries what a model server's workload does into its replica and service. */
@Component
class ReplicaFollower implements WorkloadFollower {

    private final ReplicaStore replicas;
    private final ServiceHealth health;
    private final Wakeups wakeups;
    private final Clock clock;

    ReplicaFollower(ReplicaStore replicas, ServiceHealth health, Wakeups wakeups, Clock clock) {
        this.replicas = replicas;
        this.health = health;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    public String owner() {
        return Deployments.OWNER;
    }

    @Override
    public Permission permission() {
        return Permission.INFERENCE_READ;
    }

    @Override
    public void changed(Workload workload) {
        replicas.serviceOf(workload.id()).ifPresent(service -> {
            health.settle(service, () -> {
                replicas.follow(
                        workload.id(),
                        state(workload),
                        workload.state() == WorkloadState.RUNNING,
                        workload.reason(),
                        workload.host(),
                        workload.port(),
                        clock.instant());
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
