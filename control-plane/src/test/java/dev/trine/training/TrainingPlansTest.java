package dev.trine.training;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import dev.trine.workload.WorkloadState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class TrainingPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO training_jobs (id, project_id, name, spec, workload_id, run_id, experiment_id, state, token_scopes, created_by,
                                       created_at, queued_at)
            SELECT uuidv7(), p.id, 'j', '{}', uuidv7(), uuidv7(), uuidv7(), CASE n % 20 WHEN 0 THEN 'FAILED' ELSE 'RUNNING' END, '{}', p.id,
                   now(), now()
              FROM projects p, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final TrainingJobStore JOBS = new TrainingJobStore(PLANS.jdbc());

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void jobsOfAProject() {
        PLANS.of(() -> JOBS.list(PROJECT, null, null, FIRST)).uses("training_jobs_by_project", "project_id =");
        PLANS.of(() -> JOBS.list(PROJECT, null, null, NEXT)).uses("training_jobs_by_project", "id <");
    }

    @Test
    void jobsInAState() {
        PLANS.of(() -> JOBS.list(PROJECT, WorkloadState.FAILED, null, FIRST)).uses("training_jobs_by_state", "state =");
        PLANS.of(() -> JOBS.list(PROJECT, WorkloadState.FAILED, null, NEXT)).uses("training_jobs_by_state", "id <");
    }
}
