package dev.trine.inference;

import dev.trine.inference.ReplicaStore.Unproven;
import dev.trine.shared.Wakeups;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks each replica that listens whether it is ready ({@code GET /v2/health/ready}), and only then lets the gateway know of it.
 * A pass is idempotent, so every copy of the control plane may run one.
 */
@Component
class ReplicaProber implements SmartLifecycle {

    static final String TOPIC = "inference";

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaProber.class);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final ReplicaStore replicas;
    private final ServiceHealth health;
    private final TransactionTemplate transactions;
    private final Wakeups wakeups;
    private final Clock clock;
    private final Semaphore wake = new Semaphore(0);
    private volatile @Nullable Thread thread;

    ReplicaProber(
            ReplicaStore replicas,
            ServiceHealth health,
            TransactionTemplate transactions,
            Wakeups wakeups,
            Clock clock) {
        this.replicas = replicas;
        this.health = health;
        this.transactions = transactions;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    public void start() {
        // known before it runs, because it runs for as long as it is known
        Thread made = Thread.ofVirtual().name("replica-prober").unstarted(this::run);
        thread = made;
        made.start();
    }

    private void run() {
        try (var _ = wakeups.subscribe(TOPIC, wake::release);
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PROBE_TIMEOUT)
                        .build()) {
            while (isRunning()) {
                Duration pause = pass(client) ? RETRY : IDLE;
                if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look at every replica that waits; whether some still wait. */
    boolean pass(HttpClient client) throws InterruptedException {
        try {
            List<Unproven> waiting = replicas.unproven();
            int proven = 0;
            for (Unproven replica : waiting) {
                if (ready(client, replica)) {
                    proven++;
                    transactions.executeWithoutResult(status -> {
                        if (replicas.ready(replica, clock.instant())) {
                            health.settle(replica.service());
                            wakeups.publish(Deployments.GATEWAY_TOPIC);
                        }
                    });
                }
            }
            return proven < waiting.size();
        } catch (DataAccessException | TransactionException away) {
            LOG.warn("cannot look at the replicas now, will try again: {}", away.getMessage());
            return false;
        }
    }

    private static boolean ready(HttpClient client, Unproven replica) throws InterruptedException {
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

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
