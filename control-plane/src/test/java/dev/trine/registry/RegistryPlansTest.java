package dev.trine.registry;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class RegistryPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO models (id, project_id, name, created_by, created_at, updated_at)
            SELECT uuidv7(), p.id, 'm' || n, p.id, now(), now() FROM projects p, generate_series(1, 100) n;
            INSERT INTO models (id, project_id, name, created_by, created_at, updated_at)
            SELECT u.id, u.id, 'versioned', u.id, now(), now() FROM users u;
            INSERT INTO model_versions (id, model_id, number, digest, format, signature, files, created_by, created_at, updated_at)
            SELECT uuidv7(), u.id, n, '', 'onnx', '{}', '[]', u.id, now(), now() FROM users u, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final ModelStore MODELS = new ModelStore(PLANS.jdbc());
    private static final ModelVersionStore VERSIONS = new ModelVersionStore(PLANS.jdbc());

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void modelsOfAProject() {
        PLANS.of(() -> MODELS.list(PROJECT, FIRST)).uses("models_by_project", "project_id =");
        PLANS.of(() -> MODELS.list(PROJECT, NEXT)).uses("models_by_project", "id <");
    }

    @Test
    void versionsOfAModel() {
        PLANS.of(() -> VERSIONS.list(PROJECT, "versioned", FIRST)).uses("model_versions_by_model", "model_id =");
        PLANS.of(() -> VERSIONS.list(PROJECT, "versioned", NEXT)).uses("model_versions_by_model", "id <");
    }
}
