package dev.trine.shared;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A bean that makes passes on a virtual thread of its own from the start of the platform until its end: the next pass comes as
 * soon as something wakes the loop, and else after the pause that the last one asked for. The loop outlives whatever a pass runs
 * into: it is logged, and tried again after a second.
 */
public abstract class BackgroundLoop implements SmartLifecycle {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Logger log = LoggerFactory.getLogger(getClass());
    private final Semaphore wake = new Semaphore(0);
    private final String name;
    private volatile @Nullable Thread thread;

    /** A loop whose thread has this name. */
    protected BackgroundLoop(String name) {
        this.name = name;
    }

    /**
     * One pass.
     *
     * @param woken whether something woke the loop; false when it comes because the pause is over, and on the first pass
     * @return how long to sleep at most before the next one
     * @throws InterruptedException when the loop is stopped meanwhile
     */
    protected abstract Duration pass(boolean woken) throws InterruptedException;

    /** Subscribes the loop to what wakes it; closed when it ends. */
    protected abstract List<? extends AutoCloseable> subscribe();

    /** Makes the next pass begin now, or right after the one that is running. */
    protected final void wake() {
        wake.release();
    }

    @Override
    public final void start() {
        // known before it runs, because it runs for as long as it is known
        Thread made = Thread.ofVirtual().name(name).unstarted(this::run);
        thread = made;
        made.start();
    }

    private void run() {
        List<? extends AutoCloseable> subscriptions = subscribe();
        try {
            boolean woken = false;
            while (isRunning()) {
                woken = wake.tryAcquire(guarded(woken).toMillis(), TimeUnit.MILLISECONDS);
                wake.drainPermits();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            subscriptions.forEach(this::close);
        }
    }

    private Duration guarded(boolean woken) throws InterruptedException {
        try {
            return pass(woken);
        } catch (RuntimeException e) {
            if (!isRunning()) {
                log.debug("{}: stopped within a pass", name, e);
            } else if (DatabaseAway.isBehind(e)) {
                log.warn("{}: no pass now, will try again: {}", name, e.getMessage());
            } else {
                log.error("{}: a pass failed, will try again", name, e);
            }
            return RETRY;
        }
    }

    private void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            log.debug("{}: subscription not closed", name, e);
        }
    }

    @Override
    public final void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public final boolean isRunning() {
        return thread != null;
    }
}
