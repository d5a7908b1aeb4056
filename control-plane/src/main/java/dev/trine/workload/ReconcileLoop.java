package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.DatabaseAway;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

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
    private final Semaphore steps = new Semaphore(MOST_STEPS);

    private final Set<WorkloadId> marked = ConcurrentHashMap.newKeySet();
    private final Set<String> hints = ConcurrentHashMap.newKeySet();
    private final Set<WorkloadId> inStep = ConcurrentHashMap.newKeySet();
    private volatile boolean all = true;

    ReconcileLoop(WorkloadStore store, WorkloadReconciler reconciler, Executors executors, Wakeups wakeups) {
        super("workloads");
        this.store = store;
        this.reconciler = reconciler;
        this.executors = executors;
        this.wakeups = wakeups;
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
    protected Duration pass(boolean woken) {
        try {
            if (all || !woken) {
                all = false;
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
        for (WorkloadId id : marked.toArray(WorkloadId[]::new)) {
            if (inStep.add(id)) {
                marked.remove(id);
                Thread.ofVirtual().name("workload-" + id).start(() -> step(id));
            }
        }
        return FULL_PASS;
    }

    private void step(WorkloadId id) {
        steps.acquireUninterruptibly();
        try {
            if (isRunning()) {
                reconciler.reconcile(id);
            }
        } catch (IOException | DataAccessException | TransactionException | TrineException e) {
            if (isRunning()) {
                LOG.warn("step of {} failed, will try again: {}", id, e.toString());
            }
        } catch (RuntimeException e) {
            if (DatabaseAway.isBehind(e)) {
                LOG.warn("step of {} failed, will try again: {}", id, e.toString());
            } else {
                LOG.error("step of {} failed", id, e);
            }
        } finally {
            steps.release();
            inStep.remove(id);
            if (marked.contains(id)) {
                wake();
            }
        }
    }
}
