package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Plans;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is asked every second finds the rows of its nodes by an index, however many workloads there have been. */
class WorkloadPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO workloads (id, project_id, owner, owner_id, spec, cpus, memory_bytes, gpus, priority, state,
                                   executor, node, not_before, queued_at)
            SELECT uuidv7(), p.id, 'training-job', '-', '{}', 1, 1, 0, 0,
                   CASE n % 10 WHEN 0 THEN 'RUNNING' ELSE 'SUCCEEDED' END, 'local', 'n' || n, now(), now()
              FROM projects p, generate_series(1, 100) n;
            """, """
            INSERT INTO workload_attempts (id, workload_id, number, state, executor, node, forgotten)
            SELECT uuidv7(), id, 1, state, executor, node, state = 'SUCCEEDED' FROM workloads
            """);
    private static final WorkloadStore STORE = new WorkloadStore(PLANS.jdbc());
    private static final NodeId NODE = new NodeId("local", "n10");

    /** The few that are found may be sorted. */
    @BeforeAll
    static void allowSorting() {
        PLANS.jdbc().sql("SET enable_sort = on").update();
    }

    @AfterAll
    static void close() {
        PLANS.close();
    }

    private static void finds(Plans.Plan plan, String index, String condition) {
        assertThat(plan.text().lines())
                .as(plan.text())
                .anySatisfy(line -> assertThat(line).contains(index))
                .anySatisfy(line -> assertThat(line).contains("Index Cond: ").contains(condition));
    }

    @Test
    void whatIsOpenOnTheNodesOfACopy() {
        finds(
                PLANS.of(() -> STORE.open(Set.of(NODE, new NodeId("local", "n20")))),
                "workload_attempts_kept",
                "(executor = (ours.executor)::text) AND (node = (ours.node)::text)");
    }

    @Test
    void whatIsPlacedOnANode() {
        finds(PLANS.of(() -> STORE.placedOn(NODE)), "workloads_placed", "executor = ");
    }
}
