package dev.trine.workload;

import dev.trine.workload.Workload.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A workload has a new state (or, while running, now has an address). Published in the transaction that wrote it; may arrive
 * more than once and late, so a listener looks at {@link Workloads#get} for the present truth.
 */
public record WorkloadChanged(
        WorkloadId id,
        String owner,
        String ownerId,
        WorkloadState state,
        @Nullable Reason reason,
        long version) {}
