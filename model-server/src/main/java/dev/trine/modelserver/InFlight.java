package dev.trine.modelserver;

import java.util.concurrent.atomic.AtomicLong;

/** Room for the bodies of all requests that are being received, wait for a worker, or run. */
final class InFlight {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most bytes */
    InFlight(long most) {
        this.most = most;
    }

    boolean hasRoom(long bytes) {
        return bytes <= most - taken.get();
    }

    /** Takes room; false, and takes none, if there is not enough. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }
}
