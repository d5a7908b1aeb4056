package dev.trine.shared;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A bean that makes passes on a virtual thread of its own from the start of the platform until its end: the next pass comes as
 * soon as something wakes the loop, and else after the pause that the last one asked for. The loop outlives whatever a pass runs
 * into: it is logged, and tried again, ever more seldom. {@link LoopsHealth} tells of one whose pass does not come back.
 */
public abstract class BackgroundLoop implements SmartLifecycle {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final Logger log = LoggerFactory.getLogger(getClass());
    private final Semaphore wake = new Semaphore(0);
    private final String name;
    private volatile @Nullable Thread thread;
    private volatile long passEndedNanos = System.nanoTime();
    private final AtomicInteger failures = new AtomicInteger();

    /** A loop whose thread has this name. */
    protected BackgroundLoop(String name) {
        this.name = name;
    }

    /**
     * One pass.
     *
     * @return how long to sleep at most before the next one
     * @throws InterruptedException when the loop is stopped meanwhile
     */
    protected abstract Duration pass() throws InterruptedException;

    /** Subscribes the loop to what wakes it; closed when it ends. */
    protected abstract List<? extends AutoCloseable> subscribe();

    /** Called once after the last pass. */
    protected void ended() {}

    /** Makes the next pass begin now, or right after the one that is running. */
    protected final void wake() {
        wake.release();
    }

    /** The name of its thread. */
    public final String name() {
        return name;
    }

    /** Since when no pass has come to an end, be it a good one or a bad one. */
    final Duration age() {
        return Duration.ofNanos(System.nanoTime() - passEndedNanos);
    }

    /** How many passes have failed in a row. */
    final int failures() {
        return failures.get();
    }

    @Override
    public final void start() {
        // known before it runs, because it runs for as long as it is known
        Thread made = Thread.ofVirtual().name(name).unstarted(this::run);
        thread = made;
        made.start();
    }

    private void run() {
        var subscriptions = new ArrayList<AutoCloseable>();
        boolean subscribed = false;
        while (isRunning()) {
            Duration pause;
            try {
                if (!subscribed) {
                    subscriptions.addAll(subscribe());
                    subscribed = true;
                }
                pause = pass();
                failures.set(0);
            } catch (InterruptedException stopping) {
                pause = Duration.ZERO;
            } catch (Exception | Error e) {
                tell(e);
                Duration inAll = retry(failures.incrementAndGet());
                rest();
                pause = inAll.minus(FIRST_RETRY);
            }
            passEndedNanos = System.nanoTime();
            sleep(pause);
        }
        subscriptions.forEach(this::close);
        try {
            ended();
        } catch (RuntimeException e) {
            log.warn("{}: did not end well", name, e);
        }
    }

    /** Until something wakes it. An interrupt is how it is stopped; it means nothing else. */
    private void sleep(Duration pause) {
        try {
            boolean _ = isRunning() && wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
            wake.drainPermits();
        } catch (InterruptedException stopping) {
            // the loop looks whether it is to go on
        }
    }

    /** What nothing shortens: wakes would make a loop that cannot do its work a hot one. */
    private void rest() {
        try {
            if (isRunning()) {
                Thread.sleep(FIRST_RETRY);
            }
        } catch (InterruptedException stopping) {
            // the loop looks whether it is to go on
        }
    }

    /** How long to wait in all after so many failures in a row. */
    private static Duration retry(int failures) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        return wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
    }

    private void tell(Throwable failure) {
        if (!isRunning()) {
            log.debug("{}: stopped within a pass", name, failure);
        } else if (DatabaseFault.isBehind(failure)) {
            log.warn("{}: no pass now, will try again: {}", name, failure.getMessage());
        } else {
            log.error("{}: a pass failed, will try again", name, failure);
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
