package dev.trine.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one engine running: whenever its process ends unasked or hangs, it is started again, until it is closed. */
final class EngineKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineKeeper.class);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** One question may take long, as when the machine is busy. */
    private static final int HANGS_AFTER = 3;

    private final Engine engine;
    private final Duration between;
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    private EngineKeeper(Engine engine, Duration between) {
        this.engine = engine;
        this.between = between;
    }

    /**
     * Begins to start it.
     *
     * @param between how long to wait between two looks whether it answers
     */
    static EngineKeeper keep(Engine engine, Duration between) {
        var keeper = new EngineKeeper(engine, between);
        Thread.ofPlatform().daemon().name("keeper-" + engine.name()).start(keeper::run);
        return keeper;
    }

    /** Completes when it runs for the first time; exceptionally when that does not succeed, which is not tried twice. */
    CompletableFuture<Void> up() {
        return up;
    }

    private void run() {
        ProcessHandle process;
        try {
            process = start();
            up.complete(null);
        } catch (IOException | RuntimeException e) {
            up.completeExceptionally(new IOException(engine.name() + " does not start: " + e.getMessage(), e));
            return;
        }
        try {
            while (true) {
                if (!awaitEnd(process)) {
                    LOG.warn("{} (process {}) does not answer; ending it", engine.name(), process.pid());
                    endHard(process);
                }
                if (closing.await(FIRST_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                LOG.warn("{} (process {}) ended unasked; starting it again", engine.name(), process.pid());
                process = startAgain();
                LOG.info("{} runs again as process {}", engine.name(), process.pid());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has ended; false when it hangs. */
    private boolean awaitEnd(ProcessHandle process) throws InterruptedException {
        int silent = 0;
        while (silent < HANGS_AFTER || closing.getCount() == 0) {
            try {
                process.onExit().get(between.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException runsOn) {
                silent = closing.getCount() == 0 || engine.answers() ? 0 : silent + 1;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return false;
    }

    private static void endHard(ProcessHandle process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    private ProcessHandle startAgain() throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                stop();
                return start();
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} does not start, will try again: {}", engine.name(), e.toString());
            }
            if (closing.await(pause, TimeUnit.MILLISECONDS)) {
                throw new InterruptedException();
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private synchronized ProcessHandle start() throws IOException {
        if (closing.getCount() == 0) {
            throw new IOException("the platform is stopping");
        }
        return engine.start();
    }

    private synchronized void stop() throws IOException {
        engine.stop();
    }

    /** From now on an end of the engine is no surprise: Ctrl-C on a terminal reaches it too. */
    void letEnd() {
        closing.countDown();
    }

    @Override
    public void close() {
        letEnd();
        try {
            stop();
        } catch (IOException e) {
            LOG.warn("{} did not stop well", engine.name(), e);
        }
    }
}
