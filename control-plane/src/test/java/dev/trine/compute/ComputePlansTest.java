package dev.trine.compute;

import dev.trine.Plans;
import org.junit.jupiter.api.Test;

class ComputePlansTest {

    @Test
    void nodesComeInTheOrderOfTheirIndex() {
        try (var plans = new Plans("""
                INSERT INTO nodes (id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at)
                SELECT 'n' || n, 'e', 'n', 1, 1, 0, 'process', '{}', now() FROM generate_series(1, 500) n
                """)) {
            var nodes = new NodeStore(plans.jdbc());
            plans.of(nodes::all).isInOrderOf("nodes_pkey");
        }
    }
}
