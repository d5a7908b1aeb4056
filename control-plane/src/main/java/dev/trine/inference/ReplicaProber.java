package dev.trine.inference;

import dev.trine.identity.Keys;
import dev.trine.inference.ReplicaStore.Unproven;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.Wakeups;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks each replica that listens whether it is ready ({@code GET /v2/health/ready}), and only then lets the gateway know of it.
 * A pass is idempotent, so every copy of the control plane may run one.
 */
@Component
class ReplicaProber extends BackgroundLoop {

    static final String TOPIC = "inference";

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final ReplicaStore replicas;
    private final ServiceHealth health;
    private final TransactionTemplate transactions;
    private final Wakeups wakeups;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PROBE_TIMEOUT)
            .build();

    ReplicaProber(
            ReplicaStore replicas,
            ServiceHealth health,
            TransactionTemplate transactions,
            Wakeups wakeups,
            Clock clock) {
        super("replica-prober");
        this.replicas = replicas;
        this.health = health;
        this.transactions = transactions;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        return List.of(wakeups.subscribe(TOPIC, this::wake), client);
    }

    @Override
    protected Duration pass(boolean woken) throws InterruptedException {
        List<Unproven> waiting = replicas.unproven();
        int proven = 0;
        for (Unproven replica : waiting) {
            if (ready(replica)) {
                proven++;
                transactions.executeWithoutResult(status -> {
                    if (health.settle(replica.service(), () -> replicas.ready(replica, clock.instant()))) {
                        wakeups.publish(Keys.TOPIC);
                    }
                });
            }
        }
        return proven < waiting.size() ? RETRY : IDLE;
    }

    private boolean ready(Unproven replica) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d/v2/health/ready".formatted(replica.host(), replica.port())))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
