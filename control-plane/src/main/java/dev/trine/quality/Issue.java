package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trouble that traces of an experiment show.
 *
 * @param severity null if nobody has said
 * @param rootCauses what may be behind it
 * @param categories which kinds of trouble it is
 * @param sourceRun the run that found it, in the client's words
 * @param createdBy who told it, in the client's words
 */
public record Issue(
        IssueId id,
        ExperimentId experimentId,
        String name,
        String description,
        Status status,
        @Nullable Severity severity,
        List<String> rootCauses,
        List<String> categories,
        @Nullable String sourceRun,
        @Nullable String createdBy,
        Instant createdAt,
        Instant updatedAt) {

    public Issue {
        rootCauses = List.copyOf(rootCauses);
        categories = List.copyOf(categories);
    }

    /** Named as on MLflow's wire, in upper case. */
    public enum Status {
        PENDING,
        REJECTED,
        RESOLVED
    }

    /** The same, the least first. */
    public enum Severity {
        NOT_AN_ISSUE,
        LOW,
        MEDIUM,
        HIGH
    }

    /** What becomes of an issue; what is null stays. */
    public record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable Status status,
            @Nullable Severity severity) {}
}
