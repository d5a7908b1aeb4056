package dev.trine.inference;

/** How one copy of a model server stands. */
public enum ReplicaState {
    /** On its way, or being started again. */
    STARTING,
    /** Has answered its readiness question; the gateway sends it requests. */
    READY,
    /** Was ready and does not answer now; the gateway sends it nothing, and if it stays silent it is started anew. */
    NOT_READY,
    /** Ended, and is not started again. */
    FAILED,
    /** Taken down. */
    STOPPED
}
