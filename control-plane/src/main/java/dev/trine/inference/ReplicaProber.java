package dev.trine.inference;

import dev.trine.identity.Keys;
import dev.trine.inference.ReplicaStore.Listening;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.Workloads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks each replica that listens whether it is ready ({@code GET /v2/health/ready}), and only then lets the gateway know of it.
 * It goes on asking: one that stops answering gets no requests, and is started anew if that lasts, as is one that does not begin to. All that is written is written
 * again to the same effect, so every copy of the control plane may ask.
 */
@Component
class ReplicaProber extends BackgroundLoop {

    static final String TOPIC = "inference";

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaProber.class);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
    private static final Duration WHILE_STARTING = Duration.ofMillis(100);
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

    /** One question may be lost, as when all processors are busy. */
    private static final int SILENT_AFTER = 3;

    private static final Duration STARTED_ANEW_AFTER = Duration.ofSeconds(30);

    /** Reading a large model from a slow disk takes its time. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(30);

    private final ReplicaStore replicas;
    private final ServiceHealth health;
    private final Workloads workloads;
    private final TransactionTemplate transactions;
    private final Wakeups wakeups;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWERS_WITHIN)
            .build();

    private final Set<ReplicaId> asked = ConcurrentHashMap.newKeySet();
    private final Map<ReplicaId, Silence> silent = new ConcurrentHashMap<>();

    /** Questions in a row that a replica has not answered. */
    private record Silence(Instant since, int questions) {}

    ReplicaProber(
            ReplicaStore replicas,
            ServiceHealth health,
            Workloads workloads,
            TransactionTemplate transactions,
            Wakeups wakeups,
            Clock clock) {
        super("replica-prober");
        this.replicas = replicas;
        this.health = health;
        this.workloads = workloads;
        this.transactions = transactions;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        return List.of(wakeups.subscribe(TOPIC, this::wake), client);
    }

    /** Asks all side by side: one that does not answer keeps no other waiting. */
    @Override
    protected Duration pass() {
        replicas.startingSince(clock.instant().minus(READY_WITHIN))
                .forEach(workload -> workloads.restart(
                        workload,
                        new Reason(
                                "NOT_READY_IN_TIME",
                                "started anew, because it did not become ready within %d minutes"
                                        .formatted(READY_WITHIN.toMinutes()))));
        List<Listening> listening = replicas.listening();
        silent.keySet().retainAll(listening.stream().map(Listening::id).collect(Collectors.toSet()));
        for (Listening replica : listening) {
            if (asked.add(replica.id())) {
                Thread.ofVirtual().name("probe-" + replica.id()).start(() -> probe(replica));
            }
        }
        return listening.stream().anyMatch(replica -> replica.state() == ReplicaState.STARTING)
                ? WHILE_STARTING
                : BETWEEN_PROBES;
    }

    private void probe(Listening replica) {
        try {
            if (isReady(replica)) {
                ready(replica);
            } else if (replica.state() != ReplicaState.STARTING) {
                silent(replica);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("{} could not be probed", replica.id(), e);
        } finally {
            asked.remove(replica.id());
        }
    }

    private boolean isReady(Listening replica) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d/v2/health/ready".formatted(replica.host(), replica.port())))
                .timeout(ANSWERS_WITHIN)
                .build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notNow) {
            return false;
        }
    }

    private void ready(Listening replica) {
        silent.remove(replica.id());
        if (replica.state() != ReplicaState.READY) {
            settle(replica, () -> replicas.ready(replica, clock.instant()));
        }
    }

    private void silent(Listening replica) {
        Instant now = clock.instant();
        Silence silence = Objects.requireNonNull(silent.merge(
                replica.id(),
                new Silence(now, 1),
                (before, one) -> new Silence(before.since(), before.questions() + 1)));
        if (replica.state() == ReplicaState.READY && silence.questions() >= SILENT_AFTER) {
            LOG.warn("{} of {} does not answer, so it gets no requests", replica.id(), replica.service());
            settle(
                    replica,
                    () -> replicas.notReady(
                            replica, new Reason("NOT_ANSWERING", "it does not say any more that it is ready")));
        } else if (!now.isBefore(silence.since().plus(STARTED_ANEW_AFTER))) {
            workloads.restart(
                    replica.workload(),
                    new Reason(
                            "NOT_ANSWERING",
                            "started anew, because it did not answer for %d seconds"
                                    .formatted(STARTED_ANEW_AFTER.toSeconds())));
        }
    }

    private void settle(Listening replica, BooleanSupplier change) {
        transactions.executeWithoutResult(status -> {
            if (health.settle(replica.service(), change)) {
                wakeups.publish(Keys.TOPIC);
            }
        });
    }
}
