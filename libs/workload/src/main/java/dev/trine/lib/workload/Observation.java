package dev.trine.lib.workload;

import java.time.Instant;

/** What an executor knows of an attempt. */
public sealed interface Observation {

    /** Never launched here, or forgotten. */
    record Absent() implements Observation {}

    /** Accepted; the program does not run yet. */
    record Starting() implements Observation {}

    /** The program runs. */
    record Running(Instant startedAt) implements Observation {}

    /**
     * The program has ended, and with it its whole process tree.
     *
     * @param exitCode the program's exit code; 128 + signal where a signal ended it
     * @param cause why it ended
     * @param message a sentence for people
     */
    record Ended(int exitCode, Cause cause, String message, Instant startedAt, Instant endedAt)
            implements Observation {}

    /** Why a program ended. */
    enum Cause {
        /** Exit code 0. */
        COMPLETED,
        /** Another exit code of its own. */
        FAILED,
        /** Stopped because its time was up. */
        TIMED_OUT,
        /** Ended, or one of its processes was, because it used more memory than it has. */
        OUT_OF_MEMORY,
        /** Stopped because it wrote more than it may, or because its writing left the machine no room. */
        OUT_OF_DISK,
        /** Stopped because the caller asked. */
        STOPPED,
        /**
         * Ended by a signal that neither the caller nor the executor sent. Where no limit on memory is held, exit code 137 mostly
         * means that the kernel ended it for want of it.
         */
        KILLED,
        /** The machine or its supervisor went away, and nobody knows how it ended. */
        LOST
    }
}
