package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.Schema;
import dev.trine.lib.workload.Observation.Cause;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Two control planes on one database, each with the executor of its own machine. */
class TwoCopiesTest {

    @TempDir
    private Path folder;

    @Test
    void eachRunsWhatIsPlacedOnItsOwnMachineAndANodeThatHasGoneIsGivenUp() throws Exception {
        String database = Schema.freshDatabase();
        var left = new MemoryExecutor("left", 1);
        var right = new MemoryExecutor("right", 1);
        try (var one = new Copy(database, folder, left, "trine.instance.name=one");
                var other = new Copy(database, folder, right, "trine.instance.name=other")) {
            String first = one.job("first", 1);
            String second = one.job("second", 1);
            Started onLeft = left.next();
            Started onRight = right.next();
            onRight.tell("{\"type\":\"param\",\"key\":\"at\",\"value\":\"right\"}\n");
            onLeft.end(Cause.COMPLETED);
            onRight.end(Cause.COMPLETED);
            for (String job : List.of(first, second)) {
                JsonNode ended = other.awaitJob(job, "SUCCEEDED");
                assertThat(ended.path("attempts")).as("none was taken for lost").hasSize(1);
            }

            String third = one.post(
                            "/api/v1/training/jobs",
                            Map.of(
                                    "name",
                                    "third",
                                    "retries",
                                    1,
                                    "program",
                                    Map.of("kind", "command", "command", List.of("true"))))
                    .is(202)
                    .text("id");
            one.awaitJob(third, "RUNNING");
            String node = one.get("/api/v1/training/jobs/" + third)
                    .body()
                    .path("attempts")
                    .path(0)
                    .path("node")
                    .asString();
            boolean isLeft = node.equals("left");
            (isLeft ? left : right).next();
            (isLeft ? other : one).bean(LostNodes.class).giveUp(new NodeId("local", node));
            JsonNode again = one.await(
                    "/api/v1/training/jobs/" + third,
                    job -> job.path("attempts").size() == 2);
            assertThat(again.path("attempts")
                            .path(0)
                            .path("reason")
                            .path("code")
                            .asString())
                    .isEqualTo("LOST");
            one.awaitJob(third, "RUNNING");
            assertThat(one.bean(JdbcClient.class)
                            .sql("SELECT count(*) FROM workload_attempts WHERE reason_code = 'NODE_UNKNOWN'")
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
    }

    @Test
    void nodesOfTwoExecutorsAreTwoAlthoughTheyAreCalledTheSame() throws Exception {
        String database = Schema.freshDatabase();
        var left = new MemoryExecutor("left", "a", 1);
        var right = new MemoryExecutor("right", "a", 1);
        try (var one = new Copy(database, folder, left, "trine.instance.name=one");
                var other = new Copy(database, folder, right, "trine.instance.name=other")) {
            one.await("/api/v1/resources/nodes", nodes -> nodes.path("items").size() == 2);
            assertThat(one.get("/api/v1/resources/nodes")
                            .is(200)
                            .body()
                            .path("items")
                            .valueStream()
                            .map(node -> node.path("executor").asString()
                                    + "/"
                                    + node.path("id").asString()))
                    .containsExactly("left/a", "right/a");
            String first = one.job("first", 1);
            String second = one.job("second", 1);
            Started onLeft = left.next();
            Started onRight = right.next();
            one.awaitJob(first, "RUNNING");
            one.awaitJob(second, "RUNNING");

            one.bean(LostNodes.class).giveUp(new NodeId("left", "a"));
            onLeft.end(Cause.COMPLETED);
            onRight.end(Cause.COMPLETED);
            var ends = Stream.of(first, second)
                    .map(job -> other.await(
                            "/api/v1/training/jobs/" + job,
                            now -> List.of("SUCCEEDED", "FAILED", "QUEUED", "RUNNING")
                                            .contains(now.path("state").asString())
                                    && now.path("attempts").path(0).hasNonNull("endedAt")))
                    .collect(Collectors.toMap(
                            job -> job.path("attempts").path(0).path("executor").asString(),
                            job -> job.path("attempts").path(0).path("state").asString()));
            assertThat(ends).isEqualTo(Map.of("left", "FAILED", "right", "SUCCEEDED"));
        }
    }
}
