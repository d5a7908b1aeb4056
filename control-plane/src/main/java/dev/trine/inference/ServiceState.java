package dev.trine.inference;

import java.util.Collection;

/** How a service stands; always what its replicas make it. */
public enum ServiceState {
    /** Some replicas are on their way, none answers yet. */
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
        long starting = replicas.stream().filter(ReplicaState.STARTING::equals).count();
        if (ready > 0) {
            return ready == replicas.size() ? READY : DEGRADED;
        }
        return starting > 0 || replicas.isEmpty() ? DEPLOYING : FAILED;
    }
}
