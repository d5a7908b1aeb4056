package dev.trine.workload;

import dev.trine.identity.Permission;
import dev.trine.lib.workload.WorkloadEvent;
import java.util.List;

/**
 * A domain module's side of its workloads: carries what they do into rows of its own. Each owner that submits workloads has
 * exactly one bean of this type.
 *
 * <p>It is called in the transaction that changes the workload, with the workload's row locked: what it writes is committed with
 * the change or not at all, and an exception of its own undoes the change. It only writes rows, for whoever works on the
 * workload waits for it.
 */
public interface WorkloadFollower {

    /** Whose workloads these are: {@link Workload#owner}. */
    String owner();

    /** What a caller needs to look at them, as for what they run for. */
    Permission permission();

    /**
     * A workload has a new state, or, while it runs, now has an address. May be told more than once.
     *
     * @param workload as it is now
     */
    void changed(Workload workload);

    /**
     * An attempt has told something; each line of its events channel is told exactly once.
     *
     * @param attempt number of the attempt
     */
    default void reported(Workload workload, int attempt, List<WorkloadEvent> events) {}
}
