package dev.trine.workload;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.MemoryExecutor.Step;
import dev.trine.MemoryFollower;
import dev.trine.Schema;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.storage.Blobs;
import dev.trine.storage.StorageUnavailableException;
import dev.trine.workload.Workload.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attempt says and holds counts for as long as it is the current one, and for its own workload only. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class AttemptsTest {

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 4);
    private static Copy copy;
    private static Workloads workloads;

    @BeforeAll
    static void start() {
        copy = new Copy(Schema.freshDatabase(), folder, NODE);
        workloads = copy.bean(Workloads.class);
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static WorkloadId submit(WorkloadSpec.Kind kind) {
        return submit(kind, 3);
    }

    private static WorkloadId submit(WorkloadSpec.Kind kind, int retries) {
        return Submissions.submit(copy, MemoryFollower.OWNER, kind, 1, retries);
    }

    private static LeaseStore leases() {
        return copy.bean(LeaseStore.class);
    }

    private static void reconcile(WorkloadId id) throws IOException {
        copy.bean(WorkloadReconciler.class).reconcile(id);
    }

    private static String listening(int port) {
        return "{\"type\":\"listening\",\"port\":%d}\n".formatted(port);
    }

    private static void awaitPort(WorkloadId id, int port) {
        await("port " + port)
                .until(() -> Integer.valueOf(port).equals(workloads.get(id).port()));
    }

    private static void end(WorkloadId id) {
        workloads.cancel(id, "the test is over");
        await("its end").until(() -> workloads.get(id).state().ended());
    }

    @Test
    void aJobsTokenEndsWithTheAttemptThatGotIt() throws Exception {
        String job = copy.post(
                        "/api/v1/training/jobs",
                        Map.of(
                                "name",
                                "twice",
                                "retries",
                                1,
                                "program",
                                Map.of("kind", "command", "command", List.of("true"))))
                .is(202)
                .text("id");
        Started first = NODE.next();
        String before = String.valueOf(first.spec().env().get("MLFLOW_TRACKING_TOKEN"));
        assertThat(copy.send("GET", "/api/v1/models", null, before).status()).isEqualTo(200);
        first.end(Cause.FAILED);
        Started second = NODE.next();
        String now = String.valueOf(second.spec().env().get("MLFLOW_TRACKING_TOKEN"));

        assertThat(copy.send("GET", "/api/v1/models", null, before).is(401).text("code"))
                .isEqualTo("TOKEN_EXPIRED");
        assertThat(copy.send("GET", "/api/v1/models", null, now).status()).isEqualTo(200);
        second.end(Cause.COMPLETED);
        copy.awaitJob(job, "SUCCEEDED");
    }

    @Test
    void whatAnAttemptTellsLateDoesNotSayWhereTheNextOneListens() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.SERVICE);
        Started first = NODE.next();
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        WorkloadStore.Row then = copy.bean(WorkloadStore.class).find(id).orElseThrow();
        var late = new Held(then, then.leaseToken());
        first.end(Cause.FAILED);
        Started second = NODE.next();
        second.tell(listening(7_002));
        awaitPort(id, 7_002);

        var again = new MemoryExecutor("gone", 1);
        again.launch(new dev.trine.lib.workload.Executor.Launch(
                id.toString(),
                late.attempt().id().toString(),
                "gone",
                late.workload().spec(),
                key -> {
                    throw new IOException("no inputs");
                }));
        again.next().tell(listening(7_001));
        assertThat(copy.bean(AttemptEvents.class).read(again, late)).isFalse();

        assertThat(workloads.get(id).port()).isEqualTo(7_002);
        end(id);
    }

    @Test
    void aStepThatFailedIsTriedAgainThoughAnotherProgramHintsWithoutAPause() throws Exception {
        WorkloadId chatty = submit(WorkloadSpec.Kind.SERVICE);
        Started talks = NODE.next();
        WorkloadId quiet = submit(WorkloadSpec.Kind.TASK);
        Started ends = NODE.next();
        await("both running")
                .until(() -> Stream.of(chatty, quiet)
                        .allMatch(id -> workloads.get(id).state() == WorkloadState.RUNNING));
        var over = new AtomicBoolean();
        Thread hints = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                talks.changed();
                LockSupport.parkNanos(5_000_000);
            }
        });
        try {
            NODE.fail(Step.OBSERVE, 20, new IOException("cannot be seen now"));
            ends.end(Cause.COMPLETED);
            await("its end").until(() -> workloads.get(quiet).state() == WorkloadState.SUCCEEDED);
        } finally {
            over.set(true);
            hints.join();
        }
        end(chatty);
    }

    @Test
    void anObjectStoreThatIsAwayKeepsAStartWaitingAndCostsNoAttempt() throws Exception {
        var away = new StorageUnavailableException("the object store does not answer", new IOException("no route"));
        NODE.fail(Step.LAUNCH, 2, away);
        WorkloadId id = submit(WorkloadSpec.Kind.TASK);
        Started started = NODE.next();
        assertThat(NODE.hasFailed(Step.LAUNCH)).isTrue();
        started.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
        assertThat(workloads.get(id).attempts()).hasSize(1);
    }

    @Test
    void whatCannotBeClearedAwayIsNoMatterOfTheAttemptThatRunsNow() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.SERVICE);
        NODE.fail(Step.FORGET, 1_000, new IOException("its folder cannot be removed"));
        NODE.next().end(Cause.FAILED);
        NODE.next();
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        assertThatCode(() -> reconcile(id)).doesNotThrowAnyException();
        assertThat(NODE.hasFailed(Step.FORGET))
                .as("it was not to go on for ever")
                .isFalse();
        NODE.fail(Step.FORGET, 0, new IOException("none"));
        await("all cleared away")
                .until(() -> copy.bean(WorkloadStore.class).toForget(id).isEmpty());
        end(id);
    }

    @Test
    void theOutputOfTheLastAttemptIsFoundWhenTheFirstOnesAreForgotten() throws Exception {
        String job = copy.post(
                        "/api/v1/training/jobs",
                        Map.of(
                                "name",
                                "often",
                                "retries",
                                1,
                                "program",
                                Map.of("kind", "command", "command", List.of("true"))))
                .is(202)
                .text("id");
        NODE.next().end(Cause.FAILED);
        Started second = NODE.next();
        second.complain("the second speaks");
        second.end(Cause.COMPLETED);
        copy.awaitJob(job, "SUCCEEDED");
        var id = WorkloadId.of(copy.get("/api/v1/training/jobs/" + job).text("workloadId"));
        copy.bean(WorkloadStore.class).deleteAttemptsBefore(id, 2);

        assertThat(copy.get("/api/v1/training/jobs/%s/logs?stream=stderr".formatted(job))
                        .is(200)
                        .text("text"))
                .isEqualTo("the second speaks");
        assertThat(copy.text("/api/v1/training/jobs/%s/logs/stream".formatted(job)))
                .contains("\"attempt\":2", "the second speaks", "event: end");
    }

    @Test
    void aPortWhereAnotherWorkloadListensIsNobodyElsesToClaim() throws Exception {
        WorkloadId victim = submit(WorkloadSpec.Kind.SERVICE);
        NODE.next().tell(listening(7_003));
        awaitPort(victim, 7_003);
        WorkloadId liar = submit(WorkloadSpec.Kind.SERVICE);
        Started lying = NODE.next();
        await("running").until(() -> workloads.get(liar).state() == WorkloadState.RUNNING);
        lying.tell(listening(7_003));
        reconcile(liar);

        assertThat(workloads.get(liar).port()).isNull();
        end(victim);
        awaitPort(liar, 7_003);
        end(liar);
    }

    @Test
    void aTaskHasNoAddressWhateverItSays() throws Exception {
        WorkloadId task = submit(WorkloadSpec.Kind.TASK);
        Started program = NODE.next();
        await("running").until(() -> workloads.get(task).state() == WorkloadState.RUNNING);
        program.tell(listening(7_004));
        reconcile(task);
        assertThat(workloads.get(task).port()).isNull();
        end(task);
    }

    @Test
    void whatIsWrittenUnderALeaseThatAnotherCopyHasTakenIsNotWritten() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.TASK);
        Started program = NODE.next();
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        WorkloadStore store = copy.bean(WorkloadStore.class);
        var overtaken = new Held(
                store.find(id).orElseThrow(), store.find(id).orElseThrow().leaseToken());
        leases().takeOver(id);

        copy.bean(AttemptEndings.class).lost(overtaken, "so it seemed to whoever was slow");
        assertThat(workloads.get(id).state()).isEqualTo(WorkloadState.RUNNING);
        program.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
    }

    @Test
    void aLeaseIsOnesOwnUntilItRunsOutOrIsReleased() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.TASK);
        NODE.next();
        WorkloadStore store = copy.bean(WorkloadStore.class);
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        var node = Set.of(new NodeId("local", "a"));
        var token = new AtomicLong();
        await("a lease of one's own, for which the copy that runs it may be quicker")
                .until(() -> {
                    token.set(leases().takeOver(id));
                    return leases().take(id, node, "one", Duration.ofHours(1)).isPresent();
                });
        long ours = store.find(id).orElseThrow().leaseToken();
        assertThat(ours).isGreaterThan(token.get());
        assertThat(leases().take(id, node, "two", Duration.ofHours(1))).isEmpty();
        assertThat(leases().take(id, node, "one", Duration.ofHours(1))).hasValue(ours);
        assertThat(leases().take(
                                id,
                                Set.of(new NodeId("local", "b"), new NodeId("other", "a")),
                                "one",
                                Duration.ofHours(1)))
                .as("it is on another node")
                .isEmpty();
        leases().release("one");
        end(id);
    }

    @Test
    void aServiceThatIsToBeRestartedEndsAndBeginsAnew() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.SERVICE);
        NODE.next();
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        workloads.restart(id, new Reason("NOT_ANSWERING", "it does not answer"));
        NODE.next();
        await("running again").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        assertThat(workloads.get(id).attempts())
                .extracting(attempt ->
                        attempt.reason() == null ? "" : attempt.reason().code())
                .containsExactly("NOT_ANSWERING", "");
        end(id);
    }

    @Test
    void aTaskThatThePlatformCannotGoOnWithEndsWithTheReasonAndItsLogs() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.TASK);
        Started program = NODE.next();
        program.complain("the last it said\n");
        program.leaveUnreadable();
        program.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state().ended());
        Workload ended = workloads.get(id);
        assertThat(ended.state()).isEqualTo(WorkloadState.FAILED);
        assertThat(ended.reason())
                .isEqualTo(new Reason(
                        "RESULTS_NOT_KEPT",
                        "it ended with exit code 0, but what it left could not be kept: its files cannot be listed"));
        assertThat(new String(workloads.logs(ended, 1, Channel.STDERR, 0, 100).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("the last it said\n");
    }

    @Test
    void whatAProgramSaysLastIsToldEvenIfItIsNoText() throws Exception {
        WorkloadId id = submit(WorkloadSpec.Kind.TASK, 0);
        Started program = NODE.next();
        program.complain("Traceback\nValue\0Error: \033[31mbad\n");
        program.end(Cause.FAILED);
        await("its end").until(() -> workloads.get(id).state().ended());
        assertThat(workloads.get(id).reason())
                .isEqualTo(new Reason("EXIT_CODE", "ended with exit code 1: Value\uFFFDError: \uFFFD[31mbad"));
    }

    @Test
    void everyOneOfManyOutputsIsKeptUnderItsPath() throws Exception {
        int many = 300;
        WorkloadId id = submit(WorkloadSpec.Kind.TASK);
        Started started = NODE.next();
        for (int i = 0; i < many; i++) {
            started.leave("images/%05d.txt".formatted(i), "content " + i);
        }
        started.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
        List<Workloads.OutputFile> outputs = workloads.outputs(id);
        assertThat(outputs).hasSize(many);
        for (int i : new int[] {0, 7, many - 1}) {
            Workloads.OutputFile output = outputs.get(i);
            assertThat(output.path()).isEqualTo("images/%05d.txt".formatted(i));
            try (var bytes = copy.bean(Blobs.class).open(output.objectKey())) {
                assertThat(bytes).hasContent("content " + i);
            }
        }
    }
}
