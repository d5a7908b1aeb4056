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
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a workload gets another attempt, and how long that waits; pure. The retries that a task was given are for its own
 * faults: what the platform or a machine did to it does not use them. A service is to run until somebody takes it down, so it is
 * started again however often it fails.
 */
final class Retries {

    /** The reason of an attempt that could not be launched, though another one perhaps can. */
    static final String LAUNCH_FAILED = "LAUNCH_FAILED";

    /** Reasons of attempts that ended by nothing that the workload did. */
    private static final Set<String> BLAMELESS = Set.of(LAUNCH_FAILED, Cause.LOST.name(), Cause.STOPPED.name());

    /** In a row: with the waits in between about a quarter of an hour, which most disturbances do not last. */
    static final int MOST_LAUNCH_FAILURES = 20;

    /** In a row: whatever is lost so often takes its machine down, and should not take all of them. */
    static final int MOST_LOSSES = 20;

    /** Short, but no hot loop should something keep killing it. */
    private static final Duration CAME_BACK = Duration.ofMillis(250);

    /** What ran this long was well. */
    private static final Duration WELL_AGAIN = Duration.ofMinutes(10);

    private static final long LONGEST_WAIT_SECONDS = 60;

    private Retries() {}

    /** How many attempts before the last one could not be launched, in a row. */
    static int launchFailures(List<Attempt> attempts) {
        return inARow(attempts, before -> hasReason(before, LAUNCH_FAILED));
    }

    /** The wait after that many in a row; empty when it is enough for a task. */
    static Optional<Duration> afterLaunchFailures(WorkloadSpec.Kind kind, int inARow) {
        return kind == WorkloadSpec.Kind.SERVICE || inARow < MOST_LAUNCH_FAILURES
                ? Optional.of(backOff(inARow))
                : Optional.empty();
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
        if (ended.cause() == Cause.STOPPED) {
            return Optional.of(CAME_BACK);
        }
        if (ended.cause() == Cause.LOST) {
            int losses = inARow(
                    attempts,
                    before -> hasReason(before, Cause.LOST.name()) && !ranWell(before.startedAt(), before.endedAt()));
            if (task && losses >= MOST_LOSSES) {
                return Optional.empty();
            }
            return Optional.of(losses == 0 ? CAME_BACK : backOff(losses));
        }
        int faults = (int) (task ? attempts : sinceItRanWell(attempts, ended))
                .stream()
                        .filter(before -> before.reason() == null
                                || !BLAMELESS.contains(before.reason().code()))
                        .count();
        return task && faults > spec.maxRetries() ? Optional.empty() : Optional.of(backOff(faults));
    }

    /** How many attempts just before the last one are such. */
    private static int inARow(List<Attempt> attempts, Predicate<Attempt> such) {
        return (int) attempts.reversed().stream().skip(1).takeWhile(such).count();
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

    private static boolean hasReason(Attempt attempt, String code) {
        return attempt.reason() != null && attempt.reason().code().equals(code);
    }

    /** 1 s, 2 s, 4 s, … at most a minute. */
    private static Duration backOff(int failures) {
        return Duration.ofSeconds(Math.min(LONGEST_WAIT_SECONDS, 1L << Math.clamp(failures - 1L, 0, 10)));
    }
}
