package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.MovableClock;
import dev.trine.Schema;
import dev.trine.identity.IdempotentRequests.AlreadyAnswered;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

class IdempotentRequestsTest {

    private static final UserId ANN = new UserId(new UUID(0, 1));
    private static final UserId BEN = new UserId(new UUID(0, 2));

    private final DriverManagerDataSource database = new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects());
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final MovableClock clock = new MovableClock();
    private final IdempotencyStore store = new IdempotencyStore(jdbc, clock);
    private final IdempotentTransactions transactions =
            new IdempotentTransactions(new TransactionTemplate(new JdbcTransactionManager(database)));
    private final Things things = proxied(new Things(jdbc));

    /** Something with a create method, as a controller is. */
    static class Things {

        private final JdbcClient jdbc;
        private boolean broken;
        private Runnable preparing = () -> {};

        Things(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        record Thing(String name) {}

        @Idempotent
        @ResponseStatus(HttpStatus.CREATED)
        public Thing make(@RequestBody Thing asked) throws IOException {
            jdbc.sql("INSERT INTO things (name) VALUES (:name)")
                    .param("name", asked.name())
                    .update();
            if (broken) {
                throw new IOException("broken half-way");
            }
            return asked;
        }

        /** Works first, and makes then. */
        @Idempotent(prepares = true)
        public Thing prepare(@RequestBody Thing asked, IdempotentTransactions transactions) throws IOException {
            preparing.run();
            if (broken) {
                throw new IOException("broken before anything was made");
            }
            return transactions.execute(() -> {
                jdbc.sql("INSERT INTO things (name) VALUES (:name)")
                        .param("name", asked.name())
                        .update();
                return asked;
            });
        }

        /** Keeps another answer than it gives. */
        @Idempotent(prepares = true)
        public Thing dress(@RequestBody Thing asked, IdempotentTransactions transactions) {
            Thing made = transactions.execute(() -> asked);
            return new Thing(made.name() + " dressed");
        }

        @Idempotent(prepares = true)
        public Thing forget(@RequestBody Thing asked) {
            return asked;
        }

        @Idempotent
        public ResponseEntity<Thing> place(@RequestBody Thing asked) {
            return ResponseEntity.created(URI.create("/things/" + asked.name()))
                    .eTag("\"1\"")
                    .body(asked);
        }

        void preparing(Runnable work) {
            preparing = work;
        }

        void breaks(boolean now) {
            broken = now;
        }
    }

    private Things proxied(Things target) {
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("store", store);
        beans.registerSingleton("transactions", new TransactionTemplate(new JdbcTransactionManager(database)));
        beans.registerSingleton("wire", new JsonMapper());
        var proxy = new ProxyFactory(target);
        proxy.setProxyTargetClass(true);
        proxy.addAdvisor(IdempotencyConfiguration.idempotency(
                beans.getBeanProvider(IdempotencyStore.class),
                beans.getBeanProvider(TransactionTemplate.class),
                beans.getBeanProvider(JsonMapper.class)));
        return (Things) proxy.getProxy();
    }

    @BeforeEach
    void twoUsers() {
        jdbc.sql("CREATE TABLE things (name text NOT NULL)").update();
        for (UserId user : List.of(ANN, BEN)) {
            jdbc.sql(
                            "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (:id, :id, 'x', 'x', now())")
                    .param("id", user.value())
                    .update();
        }
    }

    @Test
    void aRepeatedRequestMakesNothingAndGetsTheFirstAnswer() throws IOException {
        assertThat(make(ANN, "k", "a").name()).isEqualTo("a");
        assertThatThrownBy(() -> make(ANN, "k", "a")).isInstanceOfSatisfying(AlreadyAnswered.class, again -> {
            assertThat(again.kept().answer().status()).isEqualTo(201);
            assertThat(again.kept().answer().body()).isEqualTo("{\"name\":\"a\"}");
        });
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void locationAndEtagComeAgainToo() {
        as(ANN, "k");
        things.place(new Things.Thing("a"));
        assertThatThrownBy(() -> things.place(new Things.Thing("a")))
                .isInstanceOfSatisfying(
                        AlreadyAnswered.class,
                        again -> assertThat(again.kept().answer().headers())
                                .containsEntry("Location", "/things/a")
                                .containsEntry("ETag", "\"1\""));
    }

    @Test
    void withoutAKeyEveryRequestCounts() throws IOException {
        make(ANN, null, "a");
        make(ANN, null, "a");
        assertThat(made()).isEqualTo(2);
    }

    @Test
    void theSameKeyWithAnotherRequestIsRefused() throws IOException {
        make(ANN, "k", "a");
        assertThatThrownBy(() -> make(ANN, "k", "b"))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void usersDoNotSeeEachOthersKeys() throws IOException {
        make(ANN, "k", "a");
        make(BEN, "k", "b");
        assertThat(made()).isEqualTo(2);
    }

    @Test
    void aRequestThatFailedHalfWayLeavesNothingAndMayBeTriedAgain() throws IOException {
        things.breaks(true);
        assertThatThrownBy(() -> make(ANN, "k", "a")).isInstanceOf(IOException.class);
        assertThat(made()).isZero();
        things.breaks(false);
        make(ANN, "k", "a");
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void ofManyAtOnceOneMakesAndTheOthersGetItsAnswer() throws Exception {
        int many = 8;
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = java.util.stream.IntStream.range(0, many)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        try {
                            make(ANN, "k", "a");
                            return true;
                        } catch (AlreadyAnswered again) {
                            return false;
                        }
                    }))
                    .toList();
            start.countDown();
            int first = 0;
            for (Future<Boolean> one : all) {
                first += one.get() ? 1 : 0;
            }
            assertThat(first).isEqualTo(1);
        }
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void aKeyIsFreeAgainAfterADay() throws IOException {
        make(ANN, "k", "a");
        clock.move(IdempotencyStore.KEPT.plusSeconds(1));
        make(ANN, "k", "b");
        assertThat(made()).isEqualTo(2);
    }

    @Test
    void oldAnswersAreSwept() throws IOException {
        make(ANN, "old", "a");
        clock.move(Duration.ofHours(20));
        make(ANN, "young", "b");
        clock.move(Duration.ofHours(5));
        store.sweep();
        assertThat(jdbc.sql("SELECT key FROM idempotency_keys")
                        .query(String.class)
                        .list())
                .containsExactly("young");
    }

    @Test
    void aKeyThatIsNotPrintableIsRefused() {
        assertThatThrownBy(() -> make(ANN, "with space", "a")).hasMessageContaining("Idempotency-Key");
        assertThatThrownBy(() -> make(ANN, "x".repeat(201), "a")).hasMessageContaining("Idempotency-Key");
        assertThat(made()).isZero();
    }

    @Test
    void whatPreparesHoldsNoTransactionMeanwhileAndStillMakesOnce() throws IOException {
        var inTransaction = new ArrayList<Boolean>();
        things.preparing(() -> inTransaction.add(TransactionSynchronizationManager.isActualTransactionActive()));
        assertThat(prepare("k", "a").name()).isEqualTo("a");
        assertThatThrownBy(() -> prepare("k", "a"))
                .isInstanceOfSatisfying(
                        AlreadyAnswered.class,
                        again -> assertThat(again.kept().answer().body()).isEqualTo("{\"name\":\"a\"}"));
        assertThatThrownBy(() -> prepare("k", "b"))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT));
        assertThat(inTransaction).as("once, and without a transaction").containsExactly(false);
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void ofManyThatPrepareAtOnceOneMakesAndTheOthersGetItsAnswer() throws Exception {
        int many = 8;
        var prepared = new CyclicBarrier(many);
        things.preparing(() -> {
            try {
                prepared.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = java.util.stream.IntStream.range(0, many)
                    .mapToObj(i -> threads.submit(() -> {
                        try {
                            prepare("k", "a");
                            return true;
                        } catch (AlreadyAnswered again) {
                            return false;
                        }
                    }))
                    .toList();
            int first = 0;
            for (Future<Boolean> one : all) {
                first += one.get() ? 1 : 0;
            }
            assertThat(first).isEqualTo(1);
        }
        assertThat(made()).isEqualTo(1);
    }

    @Test
    void whatFailsWhilePreparingTakesNoKey() throws IOException {
        things.breaks(true);
        assertThatThrownBy(() -> prepare("k", "a")).isInstanceOf(IOException.class);
        things.breaks(false);
        assertThat(prepare("k", "other").name()).isEqualTo("other");
    }

    @Test
    void aMethodThatPreparesAndTakesNoKeyOrAnswersWithSomethingElseIsAMistake() {
        as(ANN, "k");
        assertThatThrownBy(() -> things.forget(new Things.Thing("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> things.dress(new Things.Thing("a"), transactions))
                .isInstanceOf(IllegalStateException.class);
    }

    private Things.Thing prepare(String key, String name) throws IOException {
        as(ANN, key);
        return things.prepare(new Things.Thing(name), transactions);
    }

    private Things.Thing make(UserId user, @Nullable String key, String name) throws IOException {
        as(user, key);
        return things.make(new Things.Thing(name));
    }

    private static void as(UserId user, @Nullable String key) {
        var request = new MockHttpServletRequest("POST", "/api/v1/things");
        request.setAttribute(Caller.class.getName(), new Caller(user, null, null, null));
        if (key != null) {
            request.addHeader(Idempotent.HEADER, key);
        }
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
    }

    private int made() {
        return jdbc.sql("SELECT count(*) FROM things").query(Integer.class).single();
    }
}
