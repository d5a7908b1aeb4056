package dev.trine.shared;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events written by the request's own (virtual) thread: it blocks in {@link #await} until something wakes it, and
 * ends with an {@link IOException} when the client is gone. Events with an id can be resumed by {@code Last-Event-ID}.
 */
public final class EventStream implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private static final Set<EventStream> OPEN = ConcurrentHashMap.newKeySet();

    private final OutputStream out;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean ending;
    private long lastWrite = System.nanoTime();

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** Begins the answer. */
    public static EventStream open(HttpServletResponse response) throws IOException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        var stream = new EventStream(response.getOutputStream());
        OPEN.add(stream);
        stream.comment();
        return stream;
    }

    /** Ends every open stream at its next wait, so that a stopping server need not wait for clients that only listen. */
    static void endAll() {
        OPEN.forEach(stream -> {
            stream.ending = true;
            stream.wake();
        });
    }

    @Override
    public void close() {
        OPEN.remove(this);
    }

    /** Writes one event; its data may have several lines. */
    public void send(String id, String event, String data) throws IOException {
        var text = new StringBuilder(data.length() + 64);
        text.append("id: ").append(id).append("\nevent: ").append(event).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    /** Ends a waiting {@link #await}; may be called from any thread, and is never lost. */
    public void wake() {
        wake.release();
    }

    /**
     * Waits for {@link #wake}, at most {@code longest}; writes a comment now and then, so that a gone client is noticed.
     */
    public void await(Duration longest) throws IOException {
        try {
            if (wake.tryAcquire(Math.min(longest.toMillis(), HEARTBEAT.toMillis()), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("stopping", stopping);
        }
        if (ending) {
            throw new IOException("stopping");
        }
        if (System.nanoTime() - lastWrite > HEARTBEAT.toNanos()) {
            comment();
        }
    }

    private void comment() throws IOException {
        out.write(COMMENT);
        out.flush();
        lastWrite = System.nanoTime();
    }
}
