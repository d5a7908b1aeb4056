package dev.trine.training;

import dev.trine.data.DatasetVersionId;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.RunId;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadId;
import dev.trine.workload.WorkloadState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training job as callers see it.
 *
 * @param spec what was asked, with every default shown
 * @param datasetVersionId the exact version it reads; null when it reads none
 * @param attempts every try so far; only on a single job, empty in lists
 */
public record TrainingJob(
        TrainingJobId id,
        String name,
        WorkloadState state,
        Workload.@Nullable Reason reason,
        TrainingSpec spec,
        WorkloadId workloadId,
        RunId runId,
        ExperimentId experimentId,
        @Nullable DatasetVersionId datasetVersionId,
        List<Workload.Attempt> attempts,
        Instant createdAt,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long version) {

    public TrainingJob {
        attempts = List.copyOf(attempts);
    }

    TrainingJob withAttempts(List<Workload.Attempt> all) {
        return new TrainingJob(
                id,
                name,
                state,
                reason,
                spec,
                workloadId,
                runId,
                experimentId,
                datasetVersionId,
                all,
                createdAt,
                queuedAt,
                startedAt,
                endedAt,
                version);
    }
}
