package dev.trine.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What becomes of nodes that nobody tells of any more, and of what ran there. */
class NodeInventoryTest {

    @TempDir
    private Path folder;

    @Test
    void aNodeThatDoesNotComeBackIsGivenUpAndForgottenAfterADay() throws Exception {
        var node = new MemoryExecutor("here", 1);
        try (var copy = new Copy(Schema.freshDatabase(), folder, node)) {
            JdbcClient jdbc = copy.bean(JdbcClient.class);
            String job = copy.job("elsewhere", 1);
            node.next();
            copy.awaitJob(job, "RUNNING");
            jdbc.sql("""
                            INSERT INTO nodes (id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at)
                            SELECT n.id, executor, name, cpus * 8, memory_bytes, gpus, isolation, labels, now() - n.age
                              FROM nodes, (VALUES ('lost', interval '2 minutes'), ('gone', interval '11 minutes'),
                                                  ('long gone', interval '25 hours')) AS n (id, age)
                            """).update();
            jdbc.sql("UPDATE workload_attempts SET node = 'gone'").update();
            jdbc.sql("UPDATE workloads SET node = 'gone'").update();

            copy.bean(NodeInventory.class).refresh();

            JsonNode again = copy.await(
                    "/api/v1/training/jobs/" + job, one -> one.path("attempts").size() == 2);
            assertThat(again.path("attempts")
                            .path(0)
                            .path("reason")
                            .path("code")
                            .asString())
                    .isEqualTo("LOST");
            assertThat(copy.bean(Compute.class).nodes().stream().map(Compute.ComputeNode::id))
                    .containsExactly("gone", "here", "lost");
            assertThat(copy.get("/api/v1/training/jobs/" + copy.job("wants a lost node", 8))
                            .is(200)
                            .text("state"))
                    .as("it may come back")
                    .isEqualTo("QUEUED");
        }
    }
}
