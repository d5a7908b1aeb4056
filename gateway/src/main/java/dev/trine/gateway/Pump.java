package dev.trine.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes a stream on with back-pressure. Small pieces that arrive in the same turn of the event loop leave in one write: a model
 * that emits tokens faster than they can be sent one by one costs one system call for many, and one that emits them slowly has
 * each sent at once.
 */
final class Pump {

    /** A piece this large, or as much gathered, is not worth a copy. */
    private static final int ENOUGH_BYTES = 16 << 10;

    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> to;
    private final Context loop;
    private final Promise<Void> done = Promise.promise();
    private @Nullable Buffer gathered;

    private boolean stopped;

    private Pump(ReadStream<Buffer> from, WriteStream<Buffer> to, Context loop) {
        this.from = from;
        this.to = to;
        this.loop = loop;
    }

    /**
     * Starts to pass on; completes when the end is written, fails when either stream does.
     *
     * @param loop the event loop of both streams, on which this must be called
     */
    static Future<Void> run(ReadStream<Buffer> from, WriteStream<Buffer> to, Context loop) {
        return new Pump(from, to, loop).start();
    }

    /** One that has not started. */
    static Pump of(ReadStream<Buffer> from, WriteStream<Buffer> to, Context loop) {
        return new Pump(from, to, loop);
    }

    private Future<Void> start() {
        return start(null, false);
    }

    /**
     * Starts to pass on what has been taken from the stream already, and what still comes.
     *
     * @param ended whether nothing more comes
     */
    Future<Void> start(@Nullable Buffer taken, boolean ended) {
        to.exceptionHandler(done::tryFail);
        if (ended) {
            gathered = taken;
            end();
            return done.future();
        }
        from.exceptionHandler(done::tryFail);
        from.endHandler(end -> end());
        from.handler(this::take);
        if (taken != null) {
            take(taken);
        }
        if (!stopped) {
            from.resume();
        }
        return done.future();
    }

    /** Whether it waits for the stream that it reads, and not for the one that it writes. */
    boolean isReading() {
        return !stopped;
    }

    private void take(Buffer piece) {
        if (done.future().isComplete()) {
            // the other side is gone
            return;
        }
        Buffer before = gathered;
        if (before == null && piece.length() >= ENOUGH_BYTES) {
            write(piece);
        } else if (before == null) {
            gathered = Buffer.buffer(piece.length() * 2).appendBuffer(piece);
            loop.runOnContext(turn -> flush());
        } else {
            before.appendBuffer(piece);
            if (before.length() >= ENOUGH_BYTES) {
                flush();
            }
        }
    }

    private void flush() {
        Buffer pieces = gathered;
        gathered = null;
        if (pieces != null && !done.future().isComplete()) {
            write(pieces);
        }
    }

    private void write(Buffer pieces) {
        // a side that was gone before this began tells it in no other way
        to.write(pieces).onFailure(done::tryFail);
        if (to.writeQueueFull()) {
            from.pause();
            stopped = true;
            to.drainHandler(drained -> {
                stopped = false;
                from.resume();
            });
        }
    }

    private void end() {
        Buffer last = gathered;
        gathered = null;
        if (done.future().isComplete()) {
            return;
        }
        (last == null ? to.end() : to.end(last)).onSuccess(done::tryComplete).onFailure(done::tryFail);
    }
}
