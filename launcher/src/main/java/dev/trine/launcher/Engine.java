package dev.trine.launcher;

import java.io.IOException;

/** A server that the platform runs beside itself, always on the same port and data. */
interface Engine {

    String name();

    /**
     * Starts it, and ends first what an earlier start left running; on return it answers.
     *
     * @return its process
     */
    ProcessHandle start() throws IOException;

    /** Whether it answers a question now; one that hangs does not, and that is known after some seconds. */
    boolean answers();

    /** Stops it, or clears up after it when it has died; no error if it does not run. */
    void stop() throws IOException;
}
