package dev.trine.workload;

import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.WorkloadStore.Row;

/**
 * A workload that this copy of the control plane may work on, as it was when the copy took its lease.
 *
 * @param token which lease; what is written under an older one than the row tells of is not written
 */
record Held(Row row, long token) {

    Workload workload() {
        return row.workload();
    }

    WorkloadId id() {
        return workload().id();
    }

    /** The one it stands at; executors know it by its printed id. */
    Attempt attempt() {
        return workload().attempts().getLast();
    }

    /** Whether the row, locked now, is still this copy's to write, and still stands at the same attempt. */
    boolean isStill(Row locked) {
        Attempt last = locked.workload().attempts().getLast();
        return locked.leaseToken() == token
                && last.id().equals(attempt().id())
                && !last.state().ended();
    }
}
