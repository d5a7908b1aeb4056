package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.lib.workload.WorkloadSpec.Kind;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final Instant NOW = Instant.EPOCH;

    /** Attempts with these reasons; null for the last, which has not ended yet. */
    private static List<Attempt> attempts(@Nullable String... reasons) {
        return IntStream.range(0, reasons.length)
                .mapToObj(i -> new Attempt(
                        new AttemptId(new UUID(0, i)),
                        i + 1,
                        WorkloadState.FAILED,
                        "local",
                        "node",
                        null,
                        reasons[i] == null ? null : new Reason(reasons[i], "why"),
                        null,
                        null,
                        List.of()))
                .toList();
    }

    private static WorkloadSpec spec(Kind kind, int retries) {
        return new WorkloadSpec(
                kind,
                new Program.Command(List.of("true")),
                Map.of(),
                List.of(),
                Resources.NONE,
                WorkloadSpec.Network.NONE,
                null,
                retries);
    }

    private static Observation.Ended ended(Cause cause, int exitCode) {
        return new Observation.Ended(exitCode, cause, "ended", NOW, NOW);
    }

    @Test
    void aLaunchThatKeepsFailingIsTriedEverMoreSeldomAndNotForEver() {
        List<Duration> waits = Stream.iterate(1, i -> i + 1)
                .map(failures -> Retries.afterLaunchFailures(WorkloadSpec.Kind.TASK, failures))
                .takeWhile(java.util.Optional::isPresent)
                .limit(1_000)
                .map(java.util.Optional::orElseThrow)
                .toList();
        assertThat(waits).hasSize(Retries.MOST_LAUNCH_FAILURES - 1).isSorted();
        assertThat(waits)
                .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2))
                .endsWith(Duration.ofMinutes(1));
        assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
                .isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
    }

    @Test
    void aServiceIsLaunchedAgainHoweverOftenThatFailed() {
        assertThat(Retries.afterLaunchFailures(WorkloadSpec.Kind.SERVICE, 1_000))
                .hasValue(Duration.ofMinutes(1));
    }

    @Test
    void onlyLaunchFailuresInARowCount() {
        String failed = Retries.LAUNCH_FAILED;
        assertThat(Retries.launchFailures(attempts((String) null))).isZero();
        assertThat(Retries.launchFailures(attempts(failed, failed, null))).isEqualTo(2);
        assertThat(Retries.launchFailures(attempts(failed, "EXIT_CODE", failed, null)))
                .isEqualTo(1);
    }

    @Test
    void aLaunchFailureIsNoneOfTheRetriesThatWereAskedFor() {
        String failed = Retries.LAUNCH_FAILED;
        assertThat(Retries.afterEnd(spec(Kind.TASK, 1), attempts(failed, failed, null), ended(Cause.FAILED, 1)))
                .contains(Duration.ofSeconds(1));
        assertThat(Retries.afterEnd(spec(Kind.TASK, 1), attempts("EXIT_CODE", failed, null), ended(Cause.FAILED, 1)))
                .isEmpty();
    }

    @Test
    void whatThePlatformEndedComesBackAtOnceHoweverOftenAndUsesNoRetry() {
        for (Kind kind : Kind.values()) {
            assertThat(Retries.afterEnd(
                            spec(kind, 0), attempts("STOPPED", "LOST", "STOPPED", null), ended(Cause.STOPPED, 143)))
                    .contains(Duration.ofMillis(250));
            assertThat(Retries.afterEnd(spec(kind, 0), attempts("EXIT_CODE", null), ended(Cause.LOST, -1)))
                    .contains(Duration.ofMillis(250));
        }
        assertThat(Retries.afterEnd(spec(Kind.TASK, 1), attempts("LOST", "STOPPED", null), ended(Cause.FAILED, 1)))
                .contains(Duration.ofSeconds(1));
        assertThat(Retries.afterEnd(spec(Kind.TASK, 1), attempts("EXIT_CODE", "LOST", null), ended(Cause.FAILED, 1)))
                .isEmpty();
    }

    @Test
    void whatIsLostAgainAndAgainWaitsLongerAndATaskIsGivenUpInTheEnd() {
        @Nullable String[] reasons = new @Nullable String[Retries.MOST_LOSSES + 1];
        Arrays.fill(reasons, 0, Retries.MOST_LOSSES, "LOST");
        var lost = ended(Cause.LOST, -1);
        assertThat(Retries.afterEnd(spec(Kind.TASK, 9), attempts("LOST", "LOST", "LOST", null), lost))
                .contains(Duration.ofSeconds(4));
        assertThat(Retries.afterEnd(spec(Kind.TASK, 9), attempts(reasons), lost))
                .isEmpty();
        assertThat(Retries.afterEnd(spec(Kind.SERVICE, 0), attempts(reasons), lost))
                .contains(Duration.ofMinutes(1));
    }

    @Test
    void aServiceIsStartedAgainHoweverOftenItFailsAndSoonWhenItHadRunWell() {
        WorkloadSpec spec = spec(Kind.SERVICE, 0);
        List<Attempt> quick = attempts("EXIT_CODE", "EXIT_CODE", "EXIT_CODE", null);
        assertThat(Retries.afterEnd(spec, quick, ended(Cause.FAILED, 1))).contains(Duration.ofSeconds(8));

        var ranWell = new ArrayList<>(quick);
        ranWell.set(2, lasting(quick.get(2), Duration.ofMinutes(10)));
        assertThat(Retries.afterEnd(spec, ranWell, ended(Cause.FAILED, 1))).contains(Duration.ofSeconds(2));

        var now = new Observation.Ended(1, Cause.FAILED, "ended", NOW, NOW.plus(Duration.ofHours(1)));
        assertThat(Retries.afterEnd(spec, quick, now)).contains(Duration.ofSeconds(1));
        assertThat(Retries.afterEnd(spec(Kind.TASK, 2), quick, now))
                .as("a task has as many tries as were asked for")
                .isEmpty();
    }

    private static Attempt lasting(Attempt attempt, Duration time) {
        return new Attempt(
                attempt.id(),
                attempt.number(),
                attempt.state(),
                attempt.executor(),
                attempt.node(),
                attempt.exitCode(),
                attempt.reason(),
                NOW,
                NOW.plus(time),
                attempt.warnings());
    }
}
