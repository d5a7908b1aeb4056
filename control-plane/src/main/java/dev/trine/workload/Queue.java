package dev.trine.workload;

import dev.trine.lib.workload.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What scheduling may see and do. Changes wake the topic {@link #TOPIC}. */
public interface Queue {

    /** Wakes whoever decides: something waits, or something is free. */
    String TOPIC = "scheduling";

    /** What waits for a place now, first in line first; at most 1,000. */
    List<Waiting> waiting();

    /** What is taken, by node. */
    Map<NodeId, Resources> allocations();

    /** Gives a waiting workload its place: from here on it is started. Nothing if it does not wait any more. */
    void place(WorkloadId id, NodeId node);

    /** Tells why a workload waits. */
    void explain(WorkloadId id, String reason);

    /** Ends a workload that can never run. */
    void reject(WorkloadId id, String reason);

    /** A workload that waits for a place. */
    record Waiting(WorkloadId id, Resources needs, int priority, Instant queuedAt) {}
}
