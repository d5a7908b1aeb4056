package dev.trine.evaluation;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class EvaluationPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO evaluation_jobs (id, project_id, spec, workload_id, model_digest, dataset_version_id, state, created_by, created_at)
            SELECT uuidv7(), p.id, '{}', uuidv7(), '', uuidv7(), 'QUEUED', p.id, now() FROM projects p, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final EvaluationJobStore JOBS = new EvaluationJobStore(PLANS.jdbc());

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void evaluationsOfAProject() {
        PLANS.of(() -> JOBS.list(PROJECT, FIRST)).uses("evaluation_jobs_by_project", "project_id =");
        PLANS.of(() -> JOBS.list(PROJECT, NEXT)).uses("evaluation_jobs_by_project", "id <");
    }
}
