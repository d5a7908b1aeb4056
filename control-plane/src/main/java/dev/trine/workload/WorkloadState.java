package dev.trine.workload;

/** Where a workload is on its way. */
public enum WorkloadState {
    /** Waits for a place. */
    QUEUED,
    /** Has a place; its program is about to run. */
    STARTING,
    /** Its program runs. */
    RUNNING,
    /** Is being stopped because somebody asked. */
    CANCELLING,
    /** Ended with exit code 0 and its outputs are safe. */
    SUCCEEDED,
    /** Ended otherwise, and no retry is left. */
    FAILED,
    /** Ended because somebody asked. */
    CANCELLED;

    public boolean ended() {
        return switch (this) {
            case QUEUED, STARTING, RUNNING, CANCELLING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }
}
