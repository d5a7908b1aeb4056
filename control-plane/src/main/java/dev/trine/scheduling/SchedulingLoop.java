package dev.trine.scheduling;

import dev.trine.compute.Compute;
import dev.trine.compute.Compute.ComputeNode;
import dev.trine.lib.scheduling.ClusterState;
import dev.trine.lib.scheduling.ClusterState.NodeState;
import dev.trine.lib.scheduling.ClusterState.Pending;
import dev.trine.lib.scheduling.Decision;
import dev.trine.lib.scheduling.Scheduler;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Queue;
import dev.trine.workload.Queue.Waiting;
import dev.trine.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives waiting workloads their places, as soon as something waits or becomes free. One copy of the control plane decides at a
 * time, under an advisory lock; its decisions are committed with the lock still held, so no two ever count on the same resources.
 */
@Service
class SchedulingLoop implements Scheduling, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulingLoop.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final long LOCK = 0x7363686564L;

    private final Scheduler scheduler = new Scheduler();
    private final Queue queue;
    private final Compute compute;
    private final Wakeups wakeups;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Semaphore wake = new Semaphore(0);
    private volatile @Nullable Thread thread;

    SchedulingLoop(Queue queue, Compute compute, Wakeups wakeups, JdbcClient jdbc, TransactionTemplate transactions) {
        this.queue = queue;
        this.compute = compute;
        this.wakeups = wakeups;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    public Optional<String> whyImpossible(Resources resources) {
        return Scheduler.whyImpossible(
                resources, ready().stream().map(SchedulingLoop::state).toList());
    }

    @Override
    public Optional<Explanation> explain(WorkloadId id) {
        List<Waiting> waiting = queue.waiting();
        return decide(waiting).stream()
                .filter(decision -> decision.workload().equals(id.toString()))
                .findFirst()
                .map(decision -> switch (decision) {
                    case Decision.Place place ->
                        new Explanation(1, waiting.size(), "is about to start on " + place.node());
                    case Decision.Wait wait -> new Explanation(wait.position(), waiting.size(), wait.reason());
                    case Decision.Reject reject -> new Explanation(0, waiting.size(), reject.reason());
                });
    }

    private List<ComputeNode> ready() {
        return compute.nodes().stream()
                .filter(node -> node.state() == Compute.NodeState.READY)
                .toList();
    }

    private List<Decision> decide(List<Waiting> waiting) {
        return scheduler.decide(new ClusterState(
                ready().stream().map(SchedulingLoop::state).toList(),
                waiting.stream()
                        .map(one -> new Pending(
                                one.id().toString(),
                                one.needs(),
                                one.priority(),
                                one.queuedAt().toEpochMilli()))
                        .toList()));
    }

    private static NodeState state(ComputeNode node) {
        return new NodeState(node.id(), node.capacity(), node.free());
    }

    /** One round: everything that waits gets a place, a reason, or its end. */
    void round() {
        transactions.executeWithoutResult(status -> {
            List<Waiting> waiting = queue.waiting();
            if (waiting.isEmpty() || !lock()) {
                return;
            }
            Map<String, WorkloadId> ids = queue.waiting().stream()
                    .map(Waiting::id)
                    .collect(Collectors.toMap(WorkloadId::toString, Function.identity()));
            Map<String, String> executors =
                    ready().stream().collect(Collectors.toMap(ComputeNode::id, ComputeNode::executor));
            for (Decision decision : decide(queue.waiting())) {
                WorkloadId id = ids.get(decision.workload());
                if (id == null) {
                    continue;
                }
                switch (decision) {
                    case Decision.Place place ->
                        queue.place(id, executors.getOrDefault(place.node(), ""), place.node());
                    case Decision.Wait wait -> queue.explain(id, wait.reason());
                    case Decision.Reject reject -> queue.reject(id, reject.reason());
                }
            }
        });
    }

    private boolean lock() {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(:lock)")
                .param("lock", LOCK)
                .query(Boolean.class)
                .single();
    }

    @Override
    public void start() {
        // known before it runs, because it runs for as long as it is known
        Thread made = Thread.ofVirtual().name("scheduling").unstarted(this::run);
        thread = made;
        made.start();
    }

    private void run() {
        try (var _ = wakeups.subscribe(Queue.TOPIC, wake::release)) {
            while (isRunning()) {
                try {
                    round();
                } catch (DataAccessException | TransactionException | TrineException away) {
                    LOG.warn("cannot schedule now, will try again: {}", away.getMessage());
                }
                if (wake.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
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
