package dev.trine.modelserver;

import io.vertx.core.buffer.Buffer;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** An answer as it grows, in pieces that need not be copied. What is more than a request counts for anyway takes room. */
final class AnswerBytes extends OutputStream {

    private static final int PIECE = 64 << 10;
    private static final int FIRST = 512;

    private final InFlight.Share share;
    private final Deque<Buffer> pieces = new ArrayDeque<>();
    private Buffer last;
    private long length;

    AnswerBytes(InFlight.Share share) {
        this.share = share;
        last = Buffer.buffer(FIRST);
        pieces.add(last);
    }

    long length() {
        return length;
    }

    /** From the first to the last; whoever sends them takes them out. */
    Deque<Buffer> pieces() {
        return pieces;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** @throws ProtocolException 413 or 429 if there is no room */
    @Override
    public void write(byte[] from, int offset, int count) {
        grow(count);
        last.appendBytes(from, offset, count);
    }

    /** The same of all that remains of a buffer. */
    void write(ByteBuffer from) {
        byte[] chunk = new byte[Math.min(from.remaining(), PIECE)];
        while (from.hasRemaining()) {
            int count = Math.min(from.remaining(), chunk.length);
            from.get(chunk, 0, count);
            write(chunk, 0, count);
        }
    }

    private void grow(int count) {
        long more = length + count - Math.max(length, RequestBody.LEAST);
        if (more > 0) {
            share.need(more);
        }
        length += count;
        if (last.length() + count > PIECE) {
            last = Buffer.buffer(PIECE);
            pieces.add(last);
        }
    }
}
