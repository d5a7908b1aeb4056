package dev.trine.workload;

import dev.trine.shared.DatabaseFault;
import dev.trine.storage.StorageFullException;
import dev.trine.storage.StorageUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells workloads with which the platform cannot go on from those that must only wait. Whatever passes by itself, such as a
 * database that restarts, is waited for; anything else is tried a few times.
 */
final class Disturbances {

    private static final int MOST_TRIES = 5;
    private static final Duration AT_LEAST = Duration.ofSeconds(5);

    /** Somebody may make room. */
    private static final Duration FULL_AT_LEAST = Duration.ofMinutes(2);

    private final Map<WorkloadId, Failures> failing = new ConcurrentHashMap<>();

    /** Failures in a row. */
    private record Failures(Instant since, int tries) {

        Failures next() {
            return new Failures(since, tries + 1);
        }
    }

    /** Whether it is nothing that a workload has to do with, and over when the database or the object store is as it should be. */
    static boolean passes(Throwable failure) {
        return DatabaseFault.isBehind(failure) || hasCause(failure, StorageUnavailableException.class);
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Notes that a step of a workload failed; whether that has been tried often and long enough. */
    boolean isEnough(WorkloadId id, Throwable failure, Instant now) {
        if (passes(failure)) {
            return false;
        }
        Failures failures = failing.compute(id, (key, before) -> before == null ? new Failures(now, 1) : before.next());
        Duration atLeast = hasCause(failure, StorageFullException.class) ? FULL_AT_LEAST : AT_LEAST;
        return failures.tries() >= MOST_TRIES && !now.isBefore(failures.since().plus(atLeast));
    }

    /** Notes that one went well. */
    void over(WorkloadId id) {
        failing.remove(id);
    }
}
