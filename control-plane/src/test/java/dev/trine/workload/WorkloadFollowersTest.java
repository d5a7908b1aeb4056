package dev.trine.workload;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.MemoryFollower;
import dev.trine.MemoryFollower.Told;
import dev.trine.Schema;
import dev.trine.identity.Requires;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.lib.workload.WorkloadSpec;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

/** Whoever submits a workload is told what it does, in the transaction in which it does it. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class WorkloadFollowersTest {

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 4);
    private static Copy copy;
    private static Workloads workloads;
    private static MemoryFollower follower;
    private static TransactionTemplate transactions;

    @BeforeAll
    static void start() {
        copy = new Copy(Schema.freshDatabase(), folder, NODE);
        workloads = copy.bean(Workloads.class);
        follower = copy.bean(MemoryFollower.class);
        transactions = copy.bean(TransactionTemplate.class);
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static WorkloadId submit(String owner, double cpus) {
        return Submissions.submit(copy, owner, WorkloadSpec.Kind.TASK, cpus, 0);
    }

    /** A workload whose program runs. */
    private static WorkloadId running() {
        WorkloadId id = submit(MemoryFollower.OWNER, 1);
        await("running").until(() -> workloads.get(id).state() == WorkloadState.RUNNING);
        return id;
    }

    private static void write(Workload workload, String ownerId) {
        copy.bean(JdbcClient.class)
                .sql("UPDATE workloads SET owner_id = :ownerId WHERE id = :id")
                .param("ownerId", ownerId)
                .param("id", workload.id().value())
                .update();
    }

    @Test
    void whatAFollowerWritesIsKeptOrUndoneWithTheChange() throws Exception {
        WorkloadId id = running();
        Started program = NODE.next();
        follower.whenChanged(id, changed -> write(changed, "followed to " + changed.state()));
        transactions.executeWithoutResult(status -> {
            workloads.cancel(id, "not meant");
            assertThat(workloads.get(id).ownerId()).isEqualTo("followed to CANCELLING");
            status.setRollbackOnly();
        });
        assertThat(workloads.get(id).state()).isEqualTo(WorkloadState.RUNNING);
        assertThat(workloads.get(id).ownerId()).isEqualTo("t");

        program.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
        assertThat(workloads.get(id).ownerId()).isEqualTo("followed to SUCCEEDED");
    }

    @Test
    void aFollowerThatThrowsUndoesTheChangeWhichIsThenTriedAgain() throws Exception {
        WorkloadId id = running();
        Started program = NODE.next();
        var refused = new AtomicInteger();
        follower.whenChanged(id, changed -> {
            write(changed, "half");
            if (refused.incrementAndGet() <= 2) {
                throw new IllegalArgumentException("not now");
            }
        });
        assertThatThrownBy(() -> workloads.cancel(id, "for a test")).hasMessage("not now");
        assertThat(workloads.get(id).state()).isEqualTo(WorkloadState.RUNNING);
        assertThat(workloads.get(id).ownerId()).isEqualTo("t");

        program.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
        assertThat(refused).hasValue(3);
    }

    @Test
    void everyLineIsReportedOnceWithItsAttempt() throws Exception {
        WorkloadId id = running();
        Started program = NODE.next();
        program.tell("{\"type\":\"param\",\"key\":\"lr\",\"value\":\"0.1\"}\n");
        program.tell("{\"type\":\"param\",\"key\":\"depth\",\"value\":\"3\"}\n");
        program.end(Cause.COMPLETED);
        await("its end").until(() -> workloads.get(id).state() == WorkloadState.SUCCEEDED);
        assertThat(follower.told())
                .filteredOn(one -> one.id().equals(id))
                .containsExactly(
                        new Told(id, 1, new WorkloadEvent.Param("lr", "0.1")),
                        new Told(id, 1, new WorkloadEvent.Param("depth", "3")));
    }

    @Test
    void nobodySubmitsWhatNobodyFollows() {
        assertThatThrownBy(() -> submit("stranger", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no WorkloadFollower follows the workloads of 'stranger', only of "
                        + "[evaluation-job, replica, test, training-job]");
    }

    @Test
    void nothingIsToldOutsideOfATransaction() {
        WorkloadId id = submit(MemoryFollower.OWNER, 1_000);
        Workload workload = workloads.get(id);
        WorkloadFollowers followers = copy.bean(WorkloadFollowers.class);
        assertThatThrownBy(() -> followers.changed(workload)).isInstanceOf(IllegalTransactionStateException.class);
        assertThatThrownBy(() -> followers.reported(workload, 1, List.of()))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    static Collection<WorkloadFollower> all() {
        return copy.beans(WorkloadFollower.class);
    }

    /** A workload may be told of before its owner has written its own row, and after it is gone. */
    @ParameterizedTest
    @MethodSource("all")
    void noFollowerMindsAWorkloadThatItDoesNotKnow(WorkloadFollower any) {
        WorkloadId id = submit(any.owner(), 1_000);
        Workload asked = workloads.get(id);
        Workload refused = await("its refusal, for no node has so much")
                .until(() -> workloads.get(id), now -> now.state().ended());
        transactions.executeWithoutResult(status -> {
            any.changed(asked);
            any.changed(refused);
            any.reported(refused, 1, List.of(new WorkloadEvent.Param("lr", "0.1")));
        });
        assertThat(workloads.get(id)).isEqualTo(refused);
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoeverMayReadWhatAWorkloadIsForMayAskForTheWorkload(WorkloadFollower any) {
        assertThat(WorkloadController.class.getDeclaredMethods())
                .filteredOn(method -> method.isAnnotationPresent(Requires.class))
                .isNotEmpty()
                .allSatisfy(method ->
                        assertThat(method.getAnnotation(Requires.class).value()).contains(any.permission()));
    }

    @Test
    void twoFollowersOfOneOwnerAreRefusedAtTheStart() {
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("one", new MemoryFollower());
        beans.registerSingleton("another", new MemoryFollower());
        var followers = new WorkloadFollowers(beans.getBeanProvider(WorkloadFollower.class));
        assertThatThrownBy(followers::afterSingletonsInstantiated)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("follow the workloads of 'test'");
    }
}
