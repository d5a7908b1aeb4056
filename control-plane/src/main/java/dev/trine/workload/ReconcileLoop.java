package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.Wakeups;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps reconciling every open workload: at once when an executor or another module hints at a change, and all of them now and
 * then whatever the hints. One step of a workload at a time, some workloads side by side.
 */
@Component
class ReconcileLoop extends BackgroundLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final Duration FULL_PASS = Duration.ofSeconds(1);
    /** Less than the connections of the pool, so that some are left for those who ask. */
    private static final int MOST_STEPS = 8;

    private final WorkloadStore store;
    private final WorkloadReconciler reconciler;
    private final Executors executors;
    private final Wakeups wakeups;
    private final Clock clock;
    private final Semaphore steps = new Semaphore(MOST_STEPS);
    private final Disturbances disturbances = new Disturbances();

    private final Set<WorkloadId> marked = ConcurrentHashMap.newKeySet();
    private final Set<String> hints = ConcurrentHashMap.newKeySet();
    private final Set<WorkloadId> inStep = ConcurrentHashMap.newKeySet();
    private volatile boolean all = true;
    private long lookedAtAllNanos;
    private Instant leasesKept = Instant.EPOCH;

    ReconcileLoop(
            WorkloadStore store, WorkloadReconciler reconciler, Executors executors, Wakeups wakeups, Clock clock) {
        super("workloads");
        this.store = store;
        this.reconciler = reconciler;
        this.executors = executors;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        List<AutoCloseable> subscriptions = new ArrayList<>();
        subscriptions.add(wakeups.subscribe(WorkloadService.RECONCILE_TOPIC, () -> {
            all = true;
            wake();
        }));
        for (Executor executor : executors.all()) {
            subscriptions.add(executor.onChange(attempt -> {
                hints.add(attempt);
                wake();
            }));
        }
        return subscriptions;
    }

    @Override
    protected Duration pass() {
        try {
            if (all || System.nanoTime() - lookedAtAllNanos >= FULL_PASS.toNanos()) {
                all = false;
                lookedAtAllNanos = System.nanoTime();
                marked.addAll(store.open(executors.nodes()));
            }
            for (String attempt : hints.toArray(String[]::new)) {
                hints.remove(attempt);
                store.ofAttempt(AttemptId.of(attempt)).ifPresent(marked::add);
            }
        } catch (RuntimeException e) {
            // what was taken for looked at has not been
            all = true;
            throw e;
        }
        keepLeases();
        for (WorkloadId id : marked.toArray(WorkloadId[]::new)) {
            if (inStep.add(id)) {
                marked.remove(id);
                Thread.ofVirtual().name("workload-" + id).start(() -> step(id));
            }
        }
        return FULL_PASS;
    }

    /** Some steps take long, as when an attempt has left much. */
    private void keepLeases() {
        Instant now = clock.instant();
        if (inStep.isEmpty()) {
            leasesKept = now;
        } else if (!now.isBefore(leasesKept.plus(WorkloadReconciler.LEASE.dividedBy(3)))) {
            reconciler.keep(Set.copyOf(inStep));
            leasesKept = now;
        }
    }

    @Override
    protected void ended() {
        reconciler.release();
    }

    private void step(WorkloadId id) {
        steps.acquireUninterruptibly();
        try {
            if (isRunning()) {
                reconciler.reconcile(id);
                disturbances.over(id);
            }
        } catch (Exception | Error e) {
            failed(id, e);
        } finally {
            steps.release();
            inStep.remove(id);
            if (marked.contains(id)) {
                wake();
            }
        }
    }

    private void failed(WorkloadId id, Throwable failure) {
        if (!isRunning()) {
            LOG.debug("a step of {} was broken off", id, failure);
        } else if (Disturbances.passes(failure)) {
            LOG.warn("step of {} failed, will try again: {}", id, failure.toString());
        } else {
            LOG.warn("step of {} failed", id, failure);
            if (disturbances.isEnough(id, failure, clock.instant())) {
                try {
                    reconciler.endStuck(id, failure);
                } catch (RuntimeException e) {
                    LOG.error("{} could not even be ended", id, e);
                }
            }
        }
    }
}
