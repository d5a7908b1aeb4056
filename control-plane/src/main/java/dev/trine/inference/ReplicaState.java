package dev.trine.inference;

/** How one copy of a model server stands. */
public enum ReplicaState {
    /** On its way, or being started again. */
    STARTING,
    /** Has answered its readiness question; the gateway sends it requests. */
    READY,
    /** Ended, and is not started again. */
    FAILED,
    /** Taken down. */
    STOPPED
}
