package dev.trine.modelserver;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A body on its way in, with the room that it takes. */
final class RequestBody {

    /** What even an empty request counts as, so that those that wait for a worker cannot be without number. */
    static final int LEAST = 8 << 10;

    private final InFlight.Share share;
    private final long announced;
    private byte[] bytes = {};
    private int length;

    /** @param announced how long it is going to be, bytes; 0 if nobody knows */
    RequestBody(InFlight.Share share, long announced) {
        this.share = share;
        this.announced = announced;
    }

    int length() {
        return length;
    }

    /** Whether there is room to begin; what is only announced takes none yet. */
    boolean begin() {
        return share.hasRoom(announced) && share.take(LEAST);
    }

    /** False, and nothing is kept, if there is no room for the chunk now. */
    boolean append(Buffer chunk) {
        int grown = Math.addExact(length, chunk.length());
        long more = (long) grown - Math.max(length, LEAST);
        if (more > 0 && !share.take(more)) {
            return false;
        }
        if (grown > bytes.length) {
            // doubled, but not beyond what is announced
            long doubled = announced == 0 ? 2L * grown : Math.min(2L * grown, announced);
            bytes = Arrays.copyOf(bytes, Math.clamp(doubled, grown, Integer.MAX_VALUE - 8));
        }
        chunk.getBytes(bytes, length);
        length = grown;
        return true;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** It has been read: all but the least of its room is free. */
    void drop() {
        bytes = new byte[0];
        share.keep(LEAST);
    }
}
