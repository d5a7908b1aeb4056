package dev.trine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Lists without an index are seen to be refused. */
class PlansTest {

    private static final Plans PLANS = new Plans("""
            CREATE TABLE broken_lists (id uuid PRIMARY KEY, project_id uuid NOT NULL, name text);
            CREATE INDEX broken_lists_without_order ON broken_lists (project_id);
            INSERT INTO broken_lists SELECT uuidv7(), p.id, n::text FROM projects p, generate_series(1, 100) n
            """);

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void aListThatFiltersTheRowsOfEverybodyIsRefused() {
        refused("WHERE project_id = :project ORDER BY id DESC LIMIT 51", "using broken_lists_pkey");
    }

    @Test
    void aListThatIsSortedAfterItWasReadIsRefused() {
        refused("WHERE project_id = :project ORDER BY project_id, name LIMIT 51", "Sort");
    }

    @Test
    void aListThatReadsTheWholeTableIsRefused() {
        refused("WHERE name <> :project::text", "Seq Scan");
    }

    private static void refused(String list, String seen) {
        Plans.Plan plan = PLANS.of(() -> PLANS.jdbc()
                .sql("SELECT id FROM broken_lists " + list)
                .param("project", Plans.PROJECT)
                .query()
                .listOfRows());
        assertThatThrownBy(() -> plan.uses("broken_lists_without_order", "project_id ="))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(seen);
    }
}
