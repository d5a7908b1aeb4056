package dev.trine.training;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.workload.WorkloadState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Training jobs: the door. */
public interface TrainingJobs {

    /**
     * Checks a spec, fixes the dataset version it means, opens its run and queues its workload; all in one transaction.
     *
     * @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED} with every violation, {@code NOT_FOUND} for missing
     *     data, {@code RESOURCES_IMPOSSIBLE}
     */
    TrainingJob submit(ProjectScope scope, TrainingSpec spec);

    /** @throws dev.trine.shared.TrineException {@code NOT_FOUND} */
    TrainingJob get(ProjectScope scope, TrainingJobId id);

    /** Newest first; {@code search} finds it anywhere in the name, in either case. */
    Page<TrainingJob> list(
            ProjectScope scope, @Nullable WorkloadState state, @Nullable String search, PageRequest page);

    /** Asks a job to end; nothing if it has. */
    TrainingJob cancel(ProjectScope scope, TrainingJobId id);

    /**
     * Queues what a failed or cancelled job was to do again, on the very same bytes of data and code, as a new job.
     *
     * @throws dev.trine.shared.TrineException {@code CONFLICT} in any other state, {@code RESOURCES_IMPOSSIBLE}
     */
    TrainingJob retry(ProjectScope scope, TrainingJobId id);

    /** How many jobs a project has in each state; states without a job are left out. */
    Map<WorkloadState, Integer> countByState(ProjectId project);
}
