package dev.trine.data;

import dev.trine.shared.Futures;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Threads of the operating system for what reads whole tables. A request's own virtual thread would give way to nobody while it
 * computes: as many of them as there are processors, and all others stand still, with the database connections they hold. What
 * finds no thread free waits for its turn, which also bounds the memory that such work takes.
 */
final class TableThreads {

    private static final int IDLE_SECONDS = 10;

    private final ExecutorService threads;

    /** @param most how many tables at a time */
    TableThreads(String name, int most) {
        var pool = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name + "-", 1).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /** Does something on one of the threads, and waits until it is done; what it throws comes out here. */
    <T> T run(Callable<T> work) throws IOException {
        @Nullable Map<String, String> request = MDC.getCopyOfContextMap();
        Future<T> done = threads.submit(() -> {
            if (request != null) {
                MDC.setContextMap(request);
            }
            try {
                return work.call();
            } finally {
                MDC.clear();
            }
        });
        return Futures.result(done);
    }
}
