package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.testkit.Await;
import dev.trine.testkit.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions that PostgreSQL ends for the sake of others, here by a deadlock, are made anew. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class RetriedTransactionsTest {

    private AnnotationConfigApplicationContext context;
    private JdbcClient jdbc;

    /** A platform that has nothing but transactions; no {@code @Configuration}, or it would be part of the whole one. */
    @EnableTransactionManagement(proxyTargetClass = true)
    @Import(RetriedTransactions.class)
    static class Transactions {

        @Bean
        DataSource database() {
            return new DriverManagerDataSource(TestPostgres.freshDatabase());
        }

        @Bean
        PlatformTransactionManager manager(DataSource database) {
            return new JdbcTransactionManager(database);
        }

        @Bean
        JdbcClient client(DataSource database) {
            return JdbcClient.create(database);
        }

        @Bean
        Locks locks(JdbcClient jdbc) {
            return new Locks(jdbc);
        }
    }

    /** Locks two rows one after the other, and waits in between for whoever has the other one. */
    static class Locks {

        private final JdbcClient jdbc;
        private final CyclicBarrier bothHaveOne = new CyclicBarrier(2);
        private final AtomicInteger tries = new AtomicInteger();

        Locks(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional
        int declared(int first, int second) {
            return both(first, second);
        }

        int both(int first, int second) {
            take(first);
            if (tries.incrementAndGet() <= 2) {
                try {
                    bothHaveOne.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            take(second);
            return tries.get();
        }

        private void take(int row) {
            jdbc.sql("UPDATE counted SET count = count + 1 WHERE id = :id")
                    .param("id", row)
                    .update();
        }
    }

    @BeforeEach
    void start() {
        context = new AnnotationConfigApplicationContext(Transactions.class);
        jdbc = context.getBean(JdbcClient.class);
        jdbc.sql("CREATE TABLE counted AS SELECT id, 0 AS count FROM generate_series(1, 2) AS id")
                .update();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private void bothSucceed(Callable<Integer> one, Callable<Integer> other) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(List.of(one, other))) {
                assertThat(done.get()).isPositive();
            }
        }
        assertThat(jdbc.sql("SELECT sum(count) FROM counted")
                        .query(Integer.class)
                        .single())
                .as("each has counted both, once")
                .isEqualTo(4);
    }

    @Test
    void theVictimOfADeadlockIsMadeAnewByTheTemplate() throws Exception {
        Locks locks = new Locks(jdbc);
        TransactionTemplate template = template();
        bothSucceed(
                () -> template.execute(status -> locks.both(1, 2)), () -> template.execute(status -> locks.both(2, 1)));
        assertThat(locks.tries).hasValueGreaterThan(2);
    }

    @Test
    void theVictimOfADeadlockIsMadeAnewWhereAMethodIsATransaction() throws Exception {
        Locks locks = context.getBean(Locks.class);
        bothSucceed(() -> locks.declared(1, 2), () -> locks.declared(2, 1));
    }

    @Test
    void whatNeverSucceedsIsTriedAFewTimesAndWhatElseFailsOnce() {
        var tries = new AtomicInteger();
        assertThatThrownBy(() -> template().execute(status -> fail(tries, "40P01")))
                .isInstanceOf(CannotAcquireLockException.class);
        assertThat(tries).hasValue(4);
        assertThatThrownBy(() -> template().execute(status -> fail(tries, "55P03")))
                .isInstanceOf(CannotAcquireLockException.class);
        assertThat(tries).hasValue(5);
    }

    @Test
    void aTransactionWithinAnotherIsMadeAnewWithItAndNotByItself() {
        var tries = new AtomicInteger();
        assertThatThrownBy(() -> template().execute(outer -> template().execute(status -> fail(tries, "40P01"))))
                .isInstanceOf(CannotAcquireLockException.class);
        assertThat(tries).hasValue(4);
    }

    private static int fail(AtomicInteger tries, String state) {
        tries.incrementAndGet();
        throw new CannotAcquireLockException("no", new SQLException("no", state));
    }

    private TransactionTemplate template() {
        return context.getBean(TransactionTemplate.class);
    }
}
