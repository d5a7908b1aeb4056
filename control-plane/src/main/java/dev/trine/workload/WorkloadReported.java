package dev.trine.workload;

import dev.trine.lib.workload.WorkloadEvent;
import java.util.List;

/**
 * What a running program told through its events file, in order. Published in the transaction that moved the read offset, so a
 * listener that joins it ({@code @EventListener}) sees each line exactly once.
 *
 * @param attempt number of the attempt, from 1
 */
public record WorkloadReported(WorkloadId id, String owner, String ownerId, int attempt, List<WorkloadEvent> events) {
    public WorkloadReported {
        events = List.copyOf(events);
    }
}
