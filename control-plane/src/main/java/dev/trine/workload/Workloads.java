package dev.trine.workload;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.Wakeups;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one path by which anything runs. A domain module submits a spec in the transaction that writes its own row, and follows
 * by a {@link WorkloadFollower}.
 */
public interface Workloads {

    /**
     * Queues a workload. Joins the caller's transaction.
     *
     * @throws IllegalStateException if its owner has no {@link WorkloadFollower}
     */
    Workload submit(Submission submission);

    /** @throws dev.trine.shared.TrineException {@code NOT_FOUND} */
    Workload get(WorkloadId id);

    /** Asks a workload to end; idempotent, and nothing if it has ended. {@code reason} is shown to people. */
    void cancel(WorkloadId id, String reason);

    /** The same for several at once, in an order that no two callers can block each other by. */
    void cancelAll(Collection<WorkloadId> ids, String reason);

    /**
     * Ends the attempt that runs now, and begins another as after a failure of its own: for a service that runs but does not
     * serve. Nothing if it has ended, or is to end anyway.
     */
    void restart(WorkloadId id, Workload.Reason why);

    /**
     * Bytes of an attempt's output from an offset, while it runs and for as long as it is kept. Only the copy of the control
     * plane on whose node it runs has them before it has ended; for another there are none yet.
     *
     * @param workload as it was read a moment ago
     */
    LogSlice logs(Workload workload, int attempt, Channel channel, long offset, int maxBytes) throws IOException;

    /** The files a succeeded task left, already safe in the object store; empty before. */
    List<OutputFile> outputs(WorkloadId id);

    /** Calls {@code listener} soon after a workload of this copy's executors wrote output or changed; a hint. */
    Wakeups.Subscription onOutput(WorkloadId id, Runnable listener);

    /**
     * @param owner what it is for, shown to people: {@code training-job}, {@code replica}, …; that of a {@link WorkloadFollower}
     * @param ownerId the id of that
     * @param priority higher goes first; 0 is normal
     */
    record Submission(
            ProjectId projectId,
            @Nullable UserId submittedBy,
            String owner,
            String ownerId,
            WorkloadSpec spec,
            int priority) {}

    /**
     * @param nextOffset where to go on reading
     * @param complete whether the attempt has ended and nothing follows after {@code nextOffset}
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and written on; never compared
    record LogSlice(byte[] bytes, long nextOffset, boolean complete) {}

    /** An output in the object store. */
    record OutputFile(String path, String objectKey, String sha256, long sizeBytes) {}
}
