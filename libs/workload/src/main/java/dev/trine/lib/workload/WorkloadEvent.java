package dev.trine.lib.workload;

/**
 * What a running program tells the platform, one JSON object per line appended to the file {@code $TRINE_EVENTS}; the member
 * {@code type} is the lower-case name of the record. Lines of an unknown type are ignored.
 */
public sealed interface WorkloadEvent {

    /** A parameter of the run, told once. */
    record Param(String key, String value) implements WorkloadEvent {}

    /**
     * A measured value.
     *
     * @param step epoch or step, from 0
     * @param timestamp milliseconds since the epoch
     */
    record Metric(String key, double value, long step, long timestamp) implements WorkloadEvent {}

    /** A tag of the run. */
    record Tag(String key, String value) implements WorkloadEvent {}

    /** The port on which a service now listens. */
    record Listening(int port) implements WorkloadEvent {}

    /** How far a task is. */
    record Progress(long done, long total) implements WorkloadEvent {}
}
