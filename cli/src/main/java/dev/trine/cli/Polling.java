package dev.trine.cli;

import java.time.Duration;
import java.util.Optional;

/** Waiting for what tells nobody when it is there: it is asked for again and again. */
public final class Polling {

    private Polling() {}

    /** One look. */
    @FunctionalInterface
    public interface Look<T, E extends Exception> {

        /** What is waited for; empty while it is not there. */
        Optional<T> now() throws E, InterruptedException;
    }

    /**
     * Looks at once, and then after each pause until it is found.
     *
     * @param most no look begins later than this after the first
     * @return empty if it was not found in that time
     */
    public static <T, E extends Exception> Optional<T> until(Duration most, Duration pause, Look<T, E> look)
            throws E, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        Optional<T> found = look.now();
        while (found.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(pause);
            found = look.now();
        }
        return found;
    }
}
