package dev.trine.identity;

/** Whether a workload has not ended: a token that was made for one is good no longer than it. */
public interface LiveWorkloads {

    /** @param workload its printed id; of one that is not there nothing is live */
    boolean isLive(String workload);
}
