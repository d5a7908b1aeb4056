package dev.trine.data;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class DataPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO datasets (id, project_id, name, description, tags, created_by, created_at, updated_at)
            SELECT uuidv7(), p.id, 'd' || n, '', '{}', p.id, now(), now() FROM projects p, generate_series(1, 100) n;
            INSERT INTO datasets (id, project_id, name, description, tags, created_by, created_at, updated_at)
            SELECT u.id, u.id, 'versioned', '', '{}', u.id, now(), now() FROM users u;
            INSERT INTO dataset_versions (id, dataset_id, number, digest, row_count, size_bytes, columns, created_by, created_at)
            SELECT uuidv7(), u.id, n, '', 0, 0, '[]', u.id, now() FROM users u, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final DatasetStore DATASETS = new DatasetStore(PLANS.jdbc());
    private static final DatasetVersionStore VERSIONS = new DatasetVersionStore(PLANS.jdbc());
    private static final DatasetId DATASET = new DatasetId(Plans.PROJECT);

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void datasetsOfAProject() {
        PLANS.of(() -> DATASETS.list(PROJECT, null, null, FIRST)).uses("datasets_by_project", "project_id =");
        PLANS.of(() -> DATASETS.list(PROJECT, null, null, NEXT)).uses("datasets_by_project", "id <");
        PLANS.of(() -> DATASETS.list(PROJECT, "d1", null, FIRST)).uses("datasets_by_project", "project_id =");
    }

    @Test
    void versionsOfADataset() {
        PLANS.of(() -> VERSIONS.list(DATASET, FIRST)).uses("dataset_versions_by_dataset", "dataset_id =");
        PLANS.of(() -> VERSIONS.list(DATASET, NEXT)).uses("dataset_versions_by_dataset", "id <");
    }
}
