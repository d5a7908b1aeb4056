package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps reconciling every open workload: at once when an executor or another module hints at a change, and all of them now and
 * then whatever the hints. One step of a workload at a time, many workloads side by side.
 */
@Component
class ReconcileLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final Duration FULL_PASS = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final String self = UUID.randomUUID().toString();
    private final WorkloadStore store;
    private final WorkloadReconciler reconciler;
    private final Executors executors;
    private final Wakeups wakeups;
    private final Clock clock;

    private final Set<WorkloadId> marked = ConcurrentHashMap.newKeySet();
    private final Set<String> hints = ConcurrentHashMap.newKeySet();
    private final Set<WorkloadId> inStep = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean all = true;
    private volatile @Nullable Thread thread;

    ReconcileLoop(
            WorkloadStore store, WorkloadReconciler reconciler, Executors executors, Wakeups wakeups, Clock clock) {
        this.store = store;
        this.reconciler = reconciler;
        this.executors = executors;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    public void start() {
        // known before it runs, because it runs for as long as it is known
        Thread made = Thread.ofVirtual().name("workloads").unstarted(this::run);
        thread = made;
        made.start();
    }

    private void run() {
        List<AutoCloseable> subscriptions = new ArrayList<>();
        try {
            subscriptions.add(wakeups.subscribe(WorkloadService.RECONCILE_TOPIC, () -> {
                all = true;
                wake.release();
            }));
            for (Executor executor : executors.all()) {
                subscriptions.add(executor.onChange(attempt -> {
                    hints.add(attempt);
                    wake.release();
                }));
            }
            while (isRunning()) {
                if (wake.tryAcquire(FULL_PASS.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                } else {
                    all = true;
                }
                pass();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            subscriptions.forEach(ReconcileLoop::close);
        }
    }

    private static void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("subscription not closed", e);
        }
    }

    private void pass() {
        try {
            if (all) {
                all = false;
                marked.addAll(store.open());
            }
            for (String attempt : hints.toArray(String[]::new)) {
                hints.remove(attempt);
                store.ofAttempt(AttemptId.of(attempt)).ifPresent(marked::add);
            }
        } catch (DataAccessException | TrineException away) {
            LOG.warn("cannot look at the workloads now, will try again: {}", away.getMessage());
            all = true;
            return;
        }
        for (WorkloadId id : marked.toArray(WorkloadId[]::new)) {
            if (inStep.add(id)) {
                marked.remove(id);
                Thread.ofVirtual().name("workload-" + id).start(() -> step(id));
            }
        }
    }

    private void step(WorkloadId id) {
        try {
            var now = clock.instant();
            if (isRunning() && store.lease(id, self, now, now.plus(LEASE))) {
                reconciler.reconcile(id);
            }
        } catch (IOException | DataAccessException | TransactionException | TrineException e) {
            if (isRunning()) {
                LOG.warn("step of {} failed, will try again: {}", id, e.toString());
            }
        } catch (RuntimeException bug) {
            LOG.error("step of {} failed", id, bug);
        } finally {
            inStep.remove(id);
            if (marked.contains(id)) {
                wake.release();
            }
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
