package dev.trine.inference;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class InferencePlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO inference_services (id, project_id, name, spec, model_version, state, created_by, created_at, updated_at)
            SELECT uuidv7(), p.id, 's' || n, '{"name": "s", "model": {"name": "m"}}', 1, 'READY', p.id, now(), now()
              FROM projects p, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final InferenceServiceStore SERVICES = new InferenceServiceStore(PLANS.jdbc());

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void servicesOfAProject() {
        PLANS.of(() -> SERVICES.list(PROJECT, FIRST)).uses("inference_services_by_project", "project_id =");
        PLANS.of(() -> SERVICES.list(PROJECT, NEXT)).uses("inference_services_by_project", "id <");
    }
}
