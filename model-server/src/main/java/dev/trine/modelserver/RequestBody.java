package dev.trine.modelserver;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A body on its way in. It has the room it takes until it is closed. */
final class RequestBody implements AutoCloseable {

    /** What even an empty request counts as, so that those that wait for a worker cannot be without number. */
    static final int LEAST = 8 << 10;

    private final InFlight room;
    private final long announced;
    private byte[] bytes = {};
    private int length;
    private long taken;

    /** @param announced how long it is going to be, bytes; 0 if nobody knows */
    RequestBody(InFlight room, long announced) {
        this.room = room;
        this.announced = announced;
    }

    int length() {
        return length;
    }

    /** Whether there is room to begin; what is only announced takes none yet. */
    boolean begin() {
        return room.hasRoom(announced) && take(LEAST);
    }

    /** False, and nothing is kept, if there is no room for the chunk now. */
    boolean append(Buffer chunk) {
        int grown = Math.addExact(length, chunk.length());
        if (!take(grown - taken)) {
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

    private boolean take(long more) {
        if (more <= 0) {
            return true;
        }
        if (!room.take(more)) {
            return false;
        }
        taken += more;
        return true;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    @Override
    public void close() {
        room.give(taken);
        taken = 0;
    }
}
