package dev.trine.lib.scheduling;

/** What becomes of one pending workload. */
public sealed interface Decision {

    String workload();

    /** It starts on a node now. */
    record Place(String workload, String node) implements Decision {}

    /**
     * It waits.
     *
     * @param position 1 for the first in line
     * @param reason what is short, where, and who is ahead; a sentence for people
     */
    record Wait(String workload, int position, String reason) implements Decision {}

    /**
     * It can never run here.
     *
     * @param reason what is too much, and the largest that would fit
     */
    record Reject(String workload, String reason) implements Decision {}
}
