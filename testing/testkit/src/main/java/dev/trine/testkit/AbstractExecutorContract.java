package dev.trine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link Executor} promises; every implementation extends this. Programs are small shell scripts. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
public abstract class AbstractExecutorContract {

    private static final Duration GRACE = Duration.ofMillis(200);

    private Executor executor;
    private String attempt;

    /** How many seconds a program sleeps here; no other process of this machine has such a number in its arguments. */
    private String marker;

    /** An executor over the same place each time within one test. */
    protected abstract Executor open() throws IOException;

    /**
     * The processes that run now with a text in their command line; those of this machine, unless the executor's programs run
     * elsewhere.
     */
    protected List<String> processes(String text) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(text))
                .toList();
    }

    @BeforeEach
    void begin() throws IOException {
        executor = open();
        attempt = "att-" + System.nanoTime();
        marker = "7" + System.nanoTime() % 1_000_000_000;
    }

    @AfterEach
    void end() throws IOException {
        for (String left : executor.attempts()) {
            executor.forget(left);
        }
        executor.close();
    }

    @Test
    void aProgramThatEndsWellIsCompletedWithItsOutputAndFiles() throws Exception {
        launch("echo hello; echo oops >&2; mkdir -p $TRINE_OUTPUTS/a; printf 42 > $TRINE_OUTPUTS/a/b.txt");
        Observation.Ended ended = awaitEnd(attempt);
        assertThat(ended.cause()).isEqualTo(Cause.COMPLETED);
        assertThat(ended.exitCode()).isZero();
        assertThat(text(Channel.STDOUT)).isEqualTo("hello\n");
        assertThat(text(Channel.STDERR)).isEqualTo("oops\n");
        assertThat(executor.outputs(attempt)).containsExactly(new Executor.Output("a/b.txt", 2));
        try (var bytes = executor.openOutput(attempt, "a/b.txt")) {
            assertThat(bytes.readAllBytes()).asString().isEqualTo("42");
        }
    }

    @Test
    void aProgramIsToldTheAddressAtWhichItIsReached() throws Exception {
        launch("echo $TRINE_LISTEN");
        awaitEnd(attempt);
        assertThat(text(Channel.STDOUT).strip()).isNotEmpty().isEqualTo(executor.address(attempt));
    }

    @Test
    void anExitCodeOfItsOwnIsAFailure() throws Exception {
        launch("exit 7");
        assertThat(awaitEnd(attempt))
                .extracting(Observation.Ended::cause, Observation.Ended::exitCode)
                .containsExactly(Cause.FAILED, 7);
    }

    @Test
    void aProgramKilledFromOutsideSaysExit137() throws Exception {
        launch("kill -KILL $$");
        Observation.Ended ended = awaitEnd(attempt);
        assertThat(ended.exitCode()).isEqualTo(137);
        assertThat(ended.cause()).isEqualTo(Cause.KILLED);
        assertThat(ended.message()).contains("137").contains("memory");
    }

    @Test
    void aProgramThatHangsIsStoppedAtItsTimeoutWithAllItsChildren() throws Exception {
        String hangs = "sleep %s & sleep %s".formatted(marker, marker);
        executor.launch(start(spec(hangs, Duration.ofSeconds(5), List.of()), Map.of()));
        await(attempt, seen -> sleepers() == 2);
        Observation.Ended ended = awaitEnd(attempt);
        assertThat(ended.cause()).isEqualTo(Cause.TIMED_OUT);
        assertThat(ended.message()).contains("PT5S");
        await(attempt, seen -> sleepers() == 0);
    }

    @Test
    void childrenThatAProgramLeavesBehindEndWithIt() throws Exception {
        launch("sleep %s & exit 0".formatted(marker));
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.COMPLETED);
        await(attempt, seen -> sleepers() == 0);
    }

    /** Processes that sleep for as long as the marker says; shells that only speak of it do not count. */
    private long sleepers() {
        return processes(marker).stream()
                .filter(line -> line.matches("(\\S*/)?sleep " + marker + "\\s*"))
                .count();
    }

    @Test
    void aStopIsPoliteFirst() throws Exception {
        launch("trap 'echo bye; exit 0' TERM; echo up; while true; do sleep 0.05; done");
        await(
                attempt,
                seen -> seen instanceof Observation.Running
                        && text(Channel.STDOUT).contains("up"));
        executor.stop(attempt, Duration.ofSeconds(60));
        Observation.Ended ended = awaitEnd(attempt);
        assertThat(text(Channel.STDOUT)).contains("bye");
        assertThat(ended)
                .as("it may have saved what it had; it has not done what it was to do")
                .extracting(Observation.Ended::cause, Observation.Ended::exitCode)
                .containsExactly(Cause.STOPPED, 0);
    }

    @Test
    void aStopIsOneSignalHoweverOftenItIsAskedFor() throws Exception {
        launch("trap 'echo told' TERM; echo up; while [ ! -e $TRINE_OUTPUTS/go ]; do sleep 0.02; done");
        await(attempt, seen -> text(Channel.STDOUT).contains("up"));
        for (int asked = 0; asked < 20; asked++) {
            executor.stop(attempt, Duration.ofSeconds(5));
        }
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.STOPPED);
        assertThat(text(Channel.STDOUT)).isEqualTo("up\ntold\n");
    }

    @Test
    void aStopIsCarriedOutThoughWhoeverAskedForItHasGone() throws Exception {
        launch("trap '' TERM; echo up; while true; do sleep 0.05; done");
        await(attempt, seen -> text(Channel.STDOUT).contains("up"));
        executor.stop(attempt, GRACE);
        executor.close();
        executor = open();
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.STOPPED);
    }

    @Test
    void aTimeoutIsHeldThoughWhoeverLaunchedItHasGone() throws Exception {
        String deaf = "trap '' TERM; echo up; while true; do sleep 0.05; done";
        executor.launch(start(spec(deaf, Duration.ofMillis(300), List.of()), Map.of()));
        executor.close();
        executor = open();
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.TIMED_OUT);
    }

    @Test
    void aStopIsHardForThoseWhoDoNotListen() throws Exception {
        launch("trap '' TERM; echo up; while true; do sleep 0.05; done");
        await(attempt, seen -> text(Channel.STDOUT).contains("up"));
        executor.stop(attempt, GRACE);
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.STOPPED);
    }

    @Test
    void aSecondLaunchOfTheSameAttemptChangesNothing() throws Exception {
        launch("echo once");
        launch("echo twice");
        awaitEnd(attempt);
        assertThat(text(Channel.STDOUT)).isEqualTo("once\n");
    }

    @Test
    void aNewExecutorOverTheSamePlaceFindsARunningAttemptAgain() throws Exception {
        launch("echo up; while [ ! -e go ]; do sleep 0.02; done; exit 3");
        await(attempt, seen -> text(Channel.STDOUT).contains("up"));
        executor.close();
        executor = open();
        assertThat(executor.observe(attempt)).isInstanceOf(Observation.Running.class);
        executor.stop(attempt, GRACE);
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.STOPPED);
    }

    @Test
    void afterForgetNothingIsLeft() throws Exception {
        launch("sleep %s & echo up; sleep %s".formatted(marker, marker));
        await(attempt, seen -> sleepers() == 2);
        executor.forget(attempt);
        await(attempt, seen -> processes(marker).isEmpty());
        assertThat(executor.observe(attempt)).isInstanceOf(Observation.Absent.class);
        assertThat(executor.attempts()).doesNotContain(attempt);
        executor.forget(attempt);
    }

    @Test
    void anUnknownAttemptIsAbsentAndHasNoBytes() throws Exception {
        assertThat(executor.observe("att-nobody")).isInstanceOf(Observation.Absent.class);
        assertThat(executor.read("att-nobody", Channel.STDOUT, 0, 10)).isEmpty();
        executor.stop("att-nobody", GRACE);
    }

    @Test
    void aProgramThatIsNotThereIsRefusedAndLeavesNothing() {
        WorkloadSpec spec = command(List.of("no-such-program-here"), Map.of());
        assertThatThrownBy(() -> executor.launch(start(spec, Map.of())))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessageContaining("no-such-program-here");
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    @Test
    void inputsAreThereWithTheirBytesAndAnotherHashIsRefused() throws Exception {
        byte[] bytes = "data".getBytes(StandardCharsets.UTF_8);
        var good = new Input("in", List.of(new Input.File("x/y.txt", "k", sha256(bytes), bytes.length)));
        executor.launch(start(spec("cat $TRINE_INPUTS/in/x/y.txt", null, List.of(good)), Map.of("k", bytes)));
        awaitEnd(attempt);
        assertThat(text(Channel.STDOUT)).isEqualTo("data");

        attempt = attempt + "-bad";
        var bad = new Input("in", List.of(new Input.File("y.txt", "k", "0".repeat(64), bytes.length)));
        assertThatThrownBy(() -> executor.launch(start(spec("true", null, List.of(bad)), Map.of("k", bytes))))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessageContaining("SHA-256");
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    @Test
    void filesAreKeptWhateverTheyAreCalled() throws Exception {
        String longest = "n".repeat(255);
        launch(
                "cd $TRINE_OUTPUTS && echo 1 > 'a\\b' && echo 2 > \"$(printf 'not\\377text')\" && mkdir \"$(printf '\\200')\""
                        + " && echo 3 > \"$(printf '\\200')/模型 \" && echo 4 > %s && echo 5 > not%%FFtexts"
                                .formatted(longest));
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.COMPLETED);
        var kept = new java.util.TreeMap<String, String>();
        for (Executor.Output output : executor.outputs(attempt)) {
            try (var bytes = executor.openOutput(attempt, output.path())) {
                kept.put(output.path(), new String(bytes.readAllBytes(), StandardCharsets.UTF_8).strip());
            }
        }
        assertThat(kept)
                .isEqualTo(Map.of("a\\b", "1", "not%FFtext", "2", "%80/模型 ", "3", longest, "4", "not%FFtexts", "5"));
        executor.forget(attempt);
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    @Test
    void foldersDeeperThanAnyPathCanSayAreRemovedToo() throws Exception {
        launch("perl -e 'for (1..40) { mkdir \"d\" x 200 and chdir \"d\" x 200 or exit 1 }'");
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.COMPLETED);
        executor.forget(attempt);
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    @Test
    void aLinkInTheOutputsIsNotHandedOut() throws Exception {
        launch("ln -s /etc/passwd $TRINE_OUTPUTS/leak");
        awaitEnd(attempt);
        assertThat(executor.outputs(attempt)).isEmpty();
        assertThatThrownBy(() -> executor.openOutput(attempt, "leak")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> executor.openOutput(attempt, "../stdout.log")).isInstanceOf(IOException.class);
    }

    @Test
    void theEnvironmentIsTheWorkloadsOwn() throws Exception {
        launch("echo $GIVEN; echo ${JAVA_HOME:-clean}; echo $TRINE_WORKLOAD_ID");
        awaitEnd(attempt);
        assertThat(text(Channel.STDOUT)).isEqualTo("yes\nclean\nwl-1\n");
    }

    @Test
    void anEnvironmentReachesTheProgramAsItIs() throws Exception {
        String odd = "it's \"$HOME\" `true` $(true) \\ ; & |\n\t second line, ü, ā, 中 ";
        executor.launch(start(command(List.of("/bin/sh", "-c", "printf '%s' \"$ODD\""), Map.of("ODD", odd)), Map.of()));
        awaitEnd(attempt);
        assertThat(text(Channel.STDOUT)).isEqualTo(odd);
    }

    @Test
    void anEnvironmentIsOnNoCommandLine() throws Exception {
        String secret = "secret" + System.nanoTime();
        List<String> program = List.of("/bin/sh", "-c", "echo $TOKEN; sleep " + marker);
        executor.launch(start(command(program, Map.of("TOKEN", secret)), Map.of()));
        await(attempt, seen -> sleepers() == 1 && text(Channel.STDOUT).contains(secret));
        assertThat(processes(secret)).isEmpty();
    }

    @Test
    void whatNoProcessCanBeGivenIsRefusedAndLeavesNothing() {
        String long200 = "x".repeat(200_000);
        refused(List.of("/bin/echo", long200), Map.of(), "must have at most 131071 bytes in UTF-8, had 200000");
        refused(List.of("/bin/echo", "a\0b"), Map.of(), "NUL");
        refused(List.of("/bin/echo"), Map.of("LONG", long200), "variable LONG must have at most 131066 bytes");
        refused(List.of("/bin/echo"), Map.of("CUT", "a\0b"), "variable CUT must not have the character NUL");
        refused(List.of("/bin/echo"), Map.of("A; touch gone; B", "x"), "not a name of an environment variable");
        String half = "y".repeat(100_000);
        refused(List.of("/bin/echo", half, half, half, half, half, half), Map.of(), "at most 524288 bytes in all");
    }

    private void refused(List<String> argv, Map<String, String> env, String why) {
        assertThatThrownBy(() -> executor.launch(start(command(argv, env), Map.of())))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessageContaining(why);
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    @Test
    void foldersThatAProgramClosesAreReadAndRemovedAllTheSame() throws Exception {
        launch("mkdir -p shut/in $TRINE_OUTPUTS/shut && echo x | tee shut/in/a > $TRINE_OUTPUTS/shut/a"
                + " && chmod 000 $TRINE_OUTPUTS/shut/a shut/in && chmod 500 shut && chmod 000 $TRINE_OUTPUTS/shut");
        assertThat(awaitEnd(attempt).cause()).isEqualTo(Cause.COMPLETED);
        assertThat(executor.outputs(attempt)).containsExactly(new Executor.Output("shut/a", 2));
        try (var bytes = executor.openOutput(attempt, "shut/a")) {
            assertThat(bytes.readAllBytes()).asString().isEqualTo("x\n");
        }
        executor.forget(attempt);
        assertThat(executor.attempts()).doesNotContain(attempt);
    }

    private void launch(String script) throws Exception {
        executor.launch(start(spec(script, null, List.of()), Map.of()));
    }

    private Executor.Launch start(WorkloadSpec spec, Map<String, byte[]> objects) {
        String node = executor.nodes().getFirst().id();
        return new Executor.Launch("wl-1", attempt, node, spec, key -> {
            byte[] bytes = objects.get(key);
            if (bytes == null) {
                throw new java.io.FileNotFoundException(key);
            }
            return new ByteArrayInputStream(bytes);
        });
    }

    private static WorkloadSpec spec(String script, @Nullable Duration timeout, List<Input> inputs) {
        return new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                new Program.Command(List.of("/bin/sh", "-c", script)),
                Map.of("GIVEN", "yes"),
                inputs,
                new Resources(1, 64 << 20, 0),
                WorkloadSpec.Network.NONE,
                timeout,
                0);
    }

    private static WorkloadSpec command(List<String> argv, Map<String, String> env) {
        return new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                new Program.Command(argv),
                env,
                List.of(),
                new Resources(1, 64 << 20, 0),
                WorkloadSpec.Network.NONE,
                null,
                0);
    }

    private String text(Channel channel) {
        try {
            return new String(executor.read(attempt, channel, 0, 1 << 16), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Observation.Ended awaitEnd(String name) throws InterruptedException {
        return (Observation.Ended) await(name, seen -> seen instanceof Observation.Ended);
    }

    /** Looks again at every hint until it holds. */
    private Observation await(String name, Predicate<Observation> holds) throws InterruptedException {
        var hint = new Semaphore(0);
        long end = System.nanoTime() + Await.DEADLINE.toNanos();
        try (var _ = executor.onChange(changed -> hint.release())) {
            while (true) {
                Observation seen = executor.observe(name);
                if (holds.test(seen)) {
                    return seen;
                }
                assertThat(System.nanoTime()).as("still %s", seen).isLessThan(end);
                boolean _ = hint.tryAcquire(20, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
