package dev.trine.workload;

import dev.trine.lib.workload.Resources;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload as callers see it, whatever it runs for.
 *
 * @param owner what it is for: {@code training-job}, {@code evaluation-job}, {@code replica}
 * @param ownerId the id of that
 * @param attempts each try at running it, oldest first
 */
@Schema(name = "Workload")
record WorkloadRepresentation(
        WorkloadId id,
        String owner,
        String ownerId,
        Resources resources,
        WorkloadState state,
        @Nullable Reason reason,
        List<Attempt> attempts,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long version) {

    static WorkloadRepresentation of(Workload workload) {
        return new WorkloadRepresentation(
                workload.id(),
                workload.owner(),
                workload.ownerId(),
                workload.spec().resources(),
                workload.state(),
                workload.reason(),
                workload.attempts(),
                workload.queuedAt(),
                workload.startedAt(),
                workload.endedAt(),
                workload.version());
    }
}
