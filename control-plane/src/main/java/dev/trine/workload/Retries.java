package dev.trine.workload;

import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.workload.Workload.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a workload gets another attempt, and how long that waits; pure. */
final class Retries {

    /** The reason of an attempt that could not be launched, though another one perhaps can. */
    static final String LAUNCH_FAILED = "LAUNCH_FAILED";

    /** In a row: with the waits in between about a quarter of an hour, which most disturbances do not last. */
    static final int MOST_LAUNCH_FAILURES = 20;

    /** Short, but no hot loop should something keep killing it. */
    private static final Duration CAME_BACK = Duration.ofMillis(250);

    /** A service that ran this long was well. */
    private static final Duration WELL_AGAIN = Duration.ofMinutes(10);

    private static final long LONGEST_WAIT_SECONDS = 60;

    private Retries() {}

    /** How many attempts before the last one could not be launched, in a row. */
    static int launchFailures(List<Attempt> attempts) {
        return (int) attempts.reversed().stream()
                .skip(1)
                .takeWhile(before -> hasReason(before, LAUNCH_FAILED))
                .count();
    }

    /** The wait after that many in a row; empty when it is enough. */
    static Optional<Duration> afterLaunchFailures(int inARow) {
        return inARow < MOST_LAUNCH_FAILURES ? Optional.of(backOff(inARow)) : Optional.empty();
    }

    /**
     * The wait after the end of the last attempt, which was not a good one; empty when it was the last.
     *
     * @param attempts all of them, that one included
     */
    static Optional<Duration> afterEnd(WorkloadSpec spec, List<Attempt> attempts, Observation.Ended ended) {
        boolean task = spec.kind() == WorkloadSpec.Kind.TASK;
        if (hopeless(spec.program(), ended)) {
            return Optional.empty();
        }
        // a service that went down with its machine or with the platform has not failed: it comes back, and at once
        if (!task && wentDown(ended.cause())) {
            return Optional.of(CAME_BACK);
        }
        int failures = (int) (task ? attempts : sinceItRanWell(attempts, ended))
                .stream()
                        .filter(before -> !hasReason(before, LAUNCH_FAILED))
                        .filter(before -> task
                                || !(hasReason(before, Cause.LOST.name()) || hasReason(before, Cause.STOPPED.name())))
                        .count();
        return failures <= spec.maxRetries() ? Optional.of(backOff(failures)) : Optional.empty();
    }

    /** The attempts of a service from the last one on that ran well: what made it fail before that is over. */
    private static List<Attempt> sinceItRanWell(List<Attempt> attempts, Observation.Ended ended) {
        int last = attempts.size() - 1;
        if (ranWell(ended.startedAt(), ended.endedAt())) {
            return attempts.subList(last, attempts.size());
        }
        for (int i = last - 1; i >= 0; i--) {
            if (ranWell(attempts.get(i).startedAt(), attempts.get(i).endedAt())) {
                return attempts.subList(i, attempts.size());
            }
        }
        return attempts;
    }

    private static boolean ranWell(@Nullable Instant from, @Nullable Instant to) {
        return from != null && to != null && Duration.between(from, to).compareTo(WELL_AGAIN) >= 0;
    }

    /** Whether another try would end the same. */
    private static boolean hopeless(Program program, Observation.Ended ended) {
        return program instanceof Program.Builtin
                && ended.cause() == Cause.FAILED
                && (ended.exitCode() == Program.Builtin.WRONG_INPUT
                        || ended.exitCode() == Program.Builtin.UNUSABLE_MODEL);
    }

    private static boolean wentDown(Cause cause) {
        return cause == Cause.LOST || cause == Cause.STOPPED;
    }

    private static boolean hasReason(Attempt attempt, String code) {
        return attempt.reason() != null && attempt.reason().code().equals(code);
    }

    /** 1 s, 2 s, 4 s, … at most a minute. */
    private static Duration backOff(int failures) {
        return Duration.ofSeconds(Math.min(LONGEST_WAIT_SECONDS, 1L << Math.min(failures - 1, 10)));
    }
}
