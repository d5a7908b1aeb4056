package dev.trine.identity;

/** Whether an attempt at a workload is the one that counts now: a token that was made for one is good no longer than it. */
public interface LiveWorkloads {

    /**
     * False when the workload or the attempt has ended, or is not there.
     *
     * @param workload its printed id
     * @param attempt the printed id of one of its attempts
     */
    boolean isLive(String workload, String attempt);
}
