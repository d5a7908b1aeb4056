package dev.trine.modelserver;

import java.util.concurrent.atomic.AtomicLong;

/** Room on the heap for all requests that are being received, wait for a worker, run, or are being answered. */
final class InFlight {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most bytes */
    InFlight(long most) {
        this.most = most;
    }

    /** For one request, that has nothing yet. */
    Share share() {
        return new Share();
    }

    /** What one request has of the room until it is closed, from whichever thread. */
    final class Share implements AutoCloseable {

        private long mine;
        private boolean closed;

        /** Whether there is room for so much more; takes none. */
        boolean hasRoom(long bytes) {
            return bytes <= most - taken.get();
        }

        /** Takes more; false, and takes none, if there is not enough. */
        synchronized boolean take(long bytes) {
            if (closed) {
                return false;
            }
            if (taken.addAndGet(bytes) > most) {
                taken.addAndGet(-bytes);
                return false;
            }
            mine += bytes;
            return true;
        }

        /**
         * Takes more for the answer.
         *
         * @throws ProtocolException 413 if there is never room for so much, 429 if there is none now
         */
        synchronized void need(long bytes) {
            if (mine + bytes > most) {
                throw ProtocolException.tooLarge(
                        "the answer takes more than %d bytes; ask for fewer rows at once, or for binary outputs"
                                .formatted(most));
            }
            if (!take(bytes)) {
                throw ProtocolException.busy();
            }
        }

        /** Gives back what is more than this. */
        synchronized void keep(long bytes) {
            if (mine > bytes) {
                taken.addAndGet(bytes - mine);
                mine = bytes;
            }
        }

        @Override
        public synchronized void close() {
            keep(0);
            closed = true;
        }
    }
}
