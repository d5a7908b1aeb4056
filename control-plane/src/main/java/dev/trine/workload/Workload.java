package dev.trine.workload;

import dev.trine.identity.ProjectId;
import dev.trine.lib.workload.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload and all its attempts, oldest first.
 *
 * @param host where a running service listens; null for tasks and before it said so
 */
public record Workload(
        WorkloadId id,
        ProjectId projectId,
        String owner,
        String ownerId,
        WorkloadSpec spec,
        int priority,
        WorkloadState state,
        @Nullable Reason reason,
        List<Attempt> attempts,
        @Nullable String host,
        @Nullable Integer port,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long version) {

    public Workload {
        attempts = List.copyOf(attempts);
    }

    Workload with(List<Attempt> all) {
        return new Workload(
                id, projectId, owner, ownerId, spec, priority, state, reason, all, host, port, queuedAt, startedAt,
                endedAt, version);
    }

    /**
     * Why a state is as it is.
     *
     * @param code stable, e.g. {@code TIMED_OUT}, {@code WAITING_FOR_RESOURCES}
     * @param message a sentence for people
     */
    public record Reason(String code, String message) {
        /** Programs and machines have their say in it; what cannot be kept of that is replaced. */
        public Reason {
            message = ForeignText.keepable(message);
        }
    }

    /**
     * One try at running it.
     *
     * @param warnings what was amiss without doing harm, sentences for people
     */
    public record Attempt(
            AttemptId id,
            int number,
            WorkloadState state,
            String executor,
            String node,
            @Nullable Integer exitCode,
            @Nullable Reason reason,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            List<String> warnings) {
        public Attempt {
            warnings = List.copyOf(warnings);
        }

        /** Where it runs. */
        NodeId place() {
            return new NodeId(executor, node);
        }
    }
}
