package dev.trine.scheduling;

import dev.trine.lib.workload.Resources;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import dev.trine.workload.WorkloadId;
import java.util.List;
import java.util.Optional;

/** What a neighbour may ask of scheduling. */
public interface Scheduling {

    /** Why this much could never run on any node now known, naming the largest; empty if it could. */
    Optional<String> whyImpossible(Resources resources);

    /**
     * Refuses what could never run here.
     *
     * @throws TrineException {@code RESOURCES_IMPOSSIBLE} on the field {@code resources}
     */
    default void requirePossible(Resources resources) {
        whyImpossible(resources).ifPresent(why -> {
            throw new TrineException(
                    ErrorCode.RESOURCES_IMPOSSIBLE, why, List.of(new Violation("resources", why)), null);
        });
    }

    /** Why a workload waits; empty when it does not. */
    Optional<Explanation> explain(WorkloadId id);

    /**
     * Why something waits.
     *
     * @param position 1 for the first in line
     * @param waiting how many wait in all
     * @param reason what blocks it, for people
     */
    record Explanation(int position, int waiting, String reason) {}
}
