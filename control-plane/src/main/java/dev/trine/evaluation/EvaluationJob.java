package dev.trine.evaluation;

import dev.trine.data.DatasetVersionId;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadId;
import dev.trine.workload.WorkloadState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation as callers see it.
 *
 * @param modelDigest SHA-256 over the files of the model that is measured
 * @param report null until it succeeded
 */
public record EvaluationJob(
        EvaluationJobId id,
        WorkloadState state,
        Workload.@Nullable Reason reason,
        EvaluationSpec spec,
        WorkloadId workloadId,
        String modelDigest,
        DatasetVersionId datasetVersionId,
        @Nullable EvaluationReport report,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long version) {}
