package dev.trine.inference;

import java.util.Collection;

/** How a service stands; always what its replicas make it. */
public enum ServiceState {
    /** Some replicas are on their way, or their way back, and none answers yet. */
    DEPLOYING,
    /** Every replica answers. */
    READY,
    /** Some replicas answer, others do not. */
    DEGRADED,
    /** None answers, and none will. */
    FAILED,
    /** It was taken down. */
    STOPPED;

    /** The state that replicas in these states make. */
    static ServiceState of(Collection<ReplicaState> replicas) {
        long ready = replicas.stream().filter(ReplicaState.READY::equals).count();
        boolean coming =
                replicas.stream().anyMatch(state -> state == ReplicaState.STARTING || state == ReplicaState.NOT_READY);
        if (ready > 0) {
            return ready == replicas.size() ? READY : DEGRADED;
        }
        return coming || replicas.isEmpty() ? DEPLOYING : FAILED;
    }
}
