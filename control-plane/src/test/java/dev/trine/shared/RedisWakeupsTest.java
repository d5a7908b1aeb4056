package dev.trine.shared;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.testkit.TestPostgres;
import dev.trine.testkit.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two copies of the control plane on one Redis. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class RedisWakeupsTest {

    private RedisWakeups here;
    private RedisWakeups there;
    private final AtomicInteger heardHere = new AtomicInteger();
    private final AtomicInteger heardThere = new AtomicInteger();

    @BeforeEach
    void begin() {
        var properties = new RedisProperties(TestRedis.uri());
        here = new RedisWakeups(
                properties, new IdSource(Clock.systemUTC(), new SecureRandom()), new SimpleMeterRegistry());
        there = new RedisWakeups(
                properties, new IdSource(Clock.systemUTC(), new SecureRandom()), new SimpleMeterRegistry());
        // as the platform looks now and then, whether Redis was slow at first
        await("the connections of both").until(() -> here.healthy() && there.healthy());
        here.subscribe("jobs", heardHere::incrementAndGet);
        there.subscribe("jobs", heardThere::incrementAndGet);
    }

    @AfterEach
    void end() {
        here.destroy();
        there.destroy();
    }

    @Test
    void whatOneCopyTellsIsHeardOnceByEach() {
        here.publish("jobs");
        assertThat(heardHere).hasValue(1);
        await("the other copy").until(() -> heardThere.get() == 1);
        there.publish("jobs");
        await("the first copy").until(() -> heardHere.get() == 2);
        assertThat(heardThere).hasValue(2);
        here.publish("something else");
        here.publish("jobs");
        await("the other copy").until(() -> heardThere.get() == 3);
    }

    @Test
    void nobodyHearsOfWhatIsNotCommitted() {
        var database = new DriverManagerDataSource(TestPostgres.freshDatabase());
        var transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        transactions.executeWithoutResult(status -> {
            here.publish("jobs");
            status.setRollbackOnly();
        });
        transactions.executeWithoutResult(status -> {
            here.publish("jobs");
            assertThat(heardHere).as("before the commit").hasValue(0);
        });
        assertThat(heardHere).hasValue(1);
        await("the other copy").until(() -> heardThere.get() == 1);
    }

    @Test
    void aCopyThatLostItsConnectionsHearsAgain() {
        try (var client = RedisClient.create(TestRedis.uri())) {
            long ended = client.connect().sync().clientKill(KillArgs.Builder.typePubsub());
            assertThat(ended).isGreaterThanOrEqualTo(2);
        }
        await("the other copy").until(() -> {
            here.publish("jobs");
            return heardThere.get() > 0;
        });
    }
}
