package dev.trine.inference;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MovableClock;
import dev.trine.Schema;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Workloads;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** A model server that is ready, falls silent, and stays so. */
class ReplicaProberTest {

    private static final String SERVICES = "/api/v1/inference/services/";

    @TempDir
    private Path folder;

    /** Has the replica asked again and again, sooner than time would. */
    private static JsonNode awaitReplica(Copy copy, String service, String state) {
        return copy.await(SERVICES + service, now -> {
            copy.bean(Wakeups.class).publish(ReplicaProber.TOPIC);
            return now.path("replicas").path(0).path("state").asString().equals(state);
        });
    }

    private static String routes(Copy copy) {
        return copy.bean(ReplicaStore.class).routes().toString();
    }

    @Test
    void oneThatNeverBecomesReadyIsStartedAnew() throws Exception {
        var node = new MemoryExecutor("a", 1);
        try (var copy = new Copy(Schema.freshDatabase(), folder, node)) {
            String service = Services.deploy(copy, 1);
            node.next();
            copy.await(
                    SERVICES + service,
                    now -> !copy.bean(ReplicaStore.class)
                            .startingSince(Instant.parse("9000-01-01T00:00:00Z"))
                            .isEmpty());
            var clock = new MovableClock();
            ReplicaProber prober = prober(copy, clock);
            prober.pass();
            assertThat(node.isLaunched()).as("it is not yet late").isFalse();
            clock.move(Duration.ofDays(36_500));
            await("another attempt").until(() -> {
                prober.pass();
                return node.isLaunched();
            });
        }
    }

    private static ReplicaProber prober(Copy copy, Clock clock) {
        return new ReplicaProber(
                copy.bean(ReplicaStore.class),
                copy.bean(ServiceHealth.class),
                copy.bean(Workloads.class),
                copy.bean(TransactionTemplate.class),
                copy.bean(Wakeups.class),
                clock);
    }

    @Test
    void itGetsNoRequestsWhileItIsSilentAndIsStartedAnewIfThatLasts() throws Exception {
        var node = new MemoryExecutor("a", 1);
        var status = new AtomicInteger(200);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/health/ready", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try (var copy = new Copy(Schema.freshDatabase(), folder, node)) {
            String service = Services.deploy(copy, 1);
            String address = "\"port\":%d".formatted(server.getAddress().getPort());
            node.next().tell("{\"type\":\"listening\",%s}\n".formatted(address));
            awaitReplica(copy, service, "READY");
            assertThat(routes(copy))
                    .contains(Integer.toString(server.getAddress().getPort()));

            status.set(503);
            JsonNode silent = awaitReplica(copy, service, "NOT_READY");
            assertThat(silent.path("state").asString()).isEqualTo("DEPLOYING");
            assertThat(silent.path("reason").path("code").asString()).isEqualTo("NOT_ANSWERING");
            assertThat(routes(copy))
                    .doesNotContain(Integer.toString(server.getAddress().getPort()));

            status.set(200);
            awaitReplica(copy, service, "READY");
            status.set(503);
            awaitReplica(copy, service, "NOT_READY");
            var clock = new MovableClock();
            ReplicaProber prober = prober(copy, clock);
            await("another attempt").until(() -> {
                prober.pass();
                clock.move(Duration.ofSeconds(20));
                return node.isLaunched();
            });
            server.stop(0);
            JsonNode again = awaitReplica(copy, service, "STARTING");
            assertThat(again.path("replicas").path(0).path("address").isMissingNode())
                    .as("the next attempt has not said where it listens")
                    .isTrue();
        } finally {
            server.stop(0);
        }
    }
}
