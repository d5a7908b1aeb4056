package dev.trine.lib.workload;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs workloads on one kind of machine.
 *
 * <p>The contract, which {@code AbstractExecutorContract} tests for every implementation:
 *
 * <ul>
 *   <li>An attempt is named by its caller. {@link #launch} of a name that is already known changes nothing, so a caller that
 *       lost the answer just calls again.
 *   <li>What {@link #observe} says is the executor's own truth, kept outside the caller: after a restart of the caller it
 *       still tells of every attempt that was not {@linkplain #forget forgotten}. An attempt it does not know is {@link
 *       Observation.Absent}.
 *   <li>Output never blocks the program: it is kept whole, and read by byte offset.
 *   <li>{@link #stop} and {@link #forget} are idempotent; after {@code forget} no process, file or object of the attempt is
 *       left.
 * </ul>
 *
 * All methods are safe to call from several threads.
 */
public interface Executor extends AutoCloseable {

    /** The executor's name in placements and nodes: {@code local}, {@code kubernetes}, {@code ray}. */
    String name();

    /** The nodes on which it can run workloads now, with their whole capacity (not what is free). */
    List<Node> nodes();

    /**
     * Starts an attempt. Returns when the start is under way, not when the program runs.
     *
     * @throws LaunchRefusedException if the attempt can never start as asked (no such program, an input whose hash differs);
     *     nothing of it is left
     * @throws IOException if it could not be started now; the caller may try again
     */
    void launch(Launch launch) throws LaunchRefusedException, IOException;

    /** What is known of an attempt now. */
    Observation observe(String attempt);

    /**
     * Asks an attempt to end: a polite signal, then after {@code grace} a hard one to its whole process tree. Returns at once.
     */
    void stop(String attempt, Duration grace);

    /**
     * Bytes of one channel from {@code offset}; fewer than {@code maxBytes} (perhaps none) when no more are there yet.
     *
     * @throws IOException if the channel cannot be read; an unknown attempt has no bytes
     */
    byte[] read(String attempt, Channel channel, long offset, int maxBytes) throws IOException;

    /** The host name or address at which the platform reaches a port that the attempt says it listens on. */
    String address(String attempt);

    /** The files the program left in {@code $TRINE_OUTPUTS}, sorted by path. */
    List<Output> outputs(String attempt) throws IOException;

    /** Opens one file of {@link #outputs}. */
    InputStream openOutput(String attempt, String path) throws IOException;

    /** Stops the attempt hard if it still runs, and removes all that was kept of it. */
    void forget(String attempt) throws IOException;

    /** Every attempt that this executor knows. */
    List<String> attempts();

    /**
     * Calls {@code listener} with an attempt's name soon after something about it changed: its state or any of its channels.
     * A hint, not a queue: hints may be merged, and whoever needs certainty looks with {@link #observe}.
     */
    Subscription onChange(Consumer<String> listener);

    /** Releases what the executor holds; running attempts go on, and a new executor over the same place finds them again. */
    @Override
    void close();

    /** The three byte streams of an attempt. */
    enum Channel {
        STDOUT,
        STDERR,
        /** JSON lines, see {@link WorkloadEvent}. */
        EVENTS
    }

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Opens an object's bytes; given to the executor so that it can fetch inputs. */
    @FunctionalInterface
    interface ObjectSource {
        InputStream open(String objectKey) throws IOException;
    }

    /**
     * One start.
     *
     * @param workload the workload's id
     * @param attempt the attempt's id, unique for ever
     * @param node a node's id from {@link #nodes}
     * @param spec what to run
     * @param objects where the bytes of its inputs are
     */
    record Launch(String workload, String attempt, String node, WorkloadSpec spec, ObjectSource objects) {}

    /**
     * A file the program left behind.
     *
     * @param path relative to {@code $TRINE_OUTPUTS}, {@code /} separates
     */
    record Output(String path, long sizeBytes) {}
}
