package dev.trine.workload;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.Schema;
import dev.trine.lib.workload.Observation.Cause;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Jobs on a control plane whose pool of connections is small, as its users and its programs see them. */
class RunningWorkloadsTest {

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 1);
    private static Copy copy;

    @BeforeAll
    static void start() {
        copy = new Copy(Schema.freshDatabase(), folder, NODE, "spring.datasource.hikari.maximum-pool-size=4");
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static JsonNode run(String job) {
        String run = copy.get("/api/v1/training/jobs/" + job).text("runId");
        return copy.get("/api/v1/runs/" + run).is(200).body();
    }

    @Test
    void aProgramThatContradictsItselfRunsToItsEnd() throws Exception {
        String job = copy.job("contradicts", 1);
        Started program = NODE.next();
        program.tell("""
                {"type":"param","key":"lr","value":"0.1"}
                {"type":"tag","key":"odd","value":"a\\u0000b"}
                """);
        program.tell("""
                {"type":"param","key":"lr","value":"0.2"}
                {"type":"param","key":"twice at once","value":"0.1"}
                {"type":"param","key":"twice at once","value":"0.2"}
                {"type":"metric","key":"loss","value":0.5}
                """);
        program.tell("x".repeat(3 << 20) + "\n");
        program.tell("{\"type\":\"param\",\"key\":\"after\",\"value\":\"it\"}\n");
        program.end(Cause.COMPLETED);

        JsonNode ended = copy.awaitJob(job, "SUCCEEDED");
        assertThat(ended.path("attempts").path(0).path("warnings").path(0).asString())
                .startsWith("2 lines of its events were ignored, the first because its value has a character");
        JsonNode run = run(job);
        assertThat(run.path("status").asString()).isEqualTo("FINISHED");
        assertThat(run.path("params").path("lr").asString()).isEqualTo("0.1");
        assertThat(run.path("params").path("after").asString()).isEqualTo("it");
        assertThat(run.path("metrics").path("loss").path("value").asDouble()).isEqualTo(0.5);
        assertThat(run.path("tags").path("trine.warning").asString()).endsWith("lr, twice at once");
    }

    /** More than one step of a workload takes, and its last word has no end of a line. */
    @Test
    void whatAProgramHasToldToTheEndIsReadPieceByPiece() throws Exception {
        String job = copy.job("talkative", 1);
        Started program = NODE.next();
        for (int i = 0; i < 40; i++) {
            program.tell("x".repeat((1 << 20) - 1) + "\n");
        }
        program.tell("{\"type\":\"param\",\"key\":\"last\",\"value\":\"word\"}");
        program.end(Cause.COMPLETED);
        copy.awaitJob(job, "SUCCEEDED");
        assertThat(run(job).path("params").path("last").asString()).isEqualTo("word");
    }

    @Test
    void manyWaitingJobsLeaveTheApiItsConnections() throws Exception {
        String first = copy.job("holds the node", 1);
        Started program = NODE.next();
        List<String> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(copy.job("waits " + i, 1));
        }
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (String job : waiting) {
                answers.add(clients.submit(
                        () -> copy.get("/api/v1/training/jobs/" + job).status()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        for (String job : waiting) {
            copy.post("/api/v1/training/jobs/" + job + "/cancel", Map.of()).is(200);
        }
        program.end(Cause.COMPLETED);
        copy.awaitJob(first, "SUCCEEDED");
    }

    @Test
    void aJobThatIsCancelledWhileItWaitsHasAnEnd() throws Exception {
        String first = copy.job("runs", 1);
        Started program = NODE.next();
        String job = copy.job("waits", 1);
        JsonNode ended = copy.post("/api/v1/training/jobs/" + job + "/cancel", Map.of())
                .is(200)
                .body();
        assertThat(ended.path("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.path("endedAt").asString("")).isNotEmpty();
        program.end(Cause.COMPLETED);
        copy.awaitJob(first, "SUCCEEDED");
    }

    @Test
    void aJobIsRetriedAsItWasAndOnlyWhenItHasNotSucceeded() throws Exception {
        String job = copy.job("fails", 1);
        NODE.next().end(Cause.FAILED);
        copy.awaitJob(job, "FAILED");
        String again = copy.post("/api/v1/training/jobs/" + job + "/retry", Map.of())
                .is(202)
                .text("id");
        NODE.next().end(Cause.COMPLETED);
        copy.awaitJob(again, "SUCCEEDED");
        assertThat(copy.post("/api/v1/training/jobs/" + again + "/retry", Map.of())
                        .is(409)
                        .text("code"))
                .isEqualTo("CONFLICT");
    }

    @Test
    void aJobsTokenEndsWithItAndIsNoStrongerThanTheKeyThatSubmittedIt() throws Exception {
        String key = copy.post(
                        "/api/v1/api-keys", Map.of("name", "jobs only", "scopes", List.of("jobs:write", "models:read")))
                .is(201)
                .text("secret");
        String job = copy.send(
                        "POST",
                        "/api/v1/training/jobs",
                        Map.of("name", "t", "program", Map.of("kind", "command", "command", List.of("true"))),
                        key)
                .is(202)
                .text("id");
        Started program = NODE.next();
        String token = String.valueOf(program.spec().env().get("MLFLOW_TRACKING_TOKEN"));
        assertThat(copy.send("GET", "/api/v1/models", null, token).status()).isEqualTo(200);
        assertThat(copy.send("POST", "/api/v1/models", Map.of("name", "m"), token)
                        .status())
                .isEqualTo(403);
        program.end(Cause.COMPLETED);
        copy.awaitJob(job, "SUCCEEDED");
        assertThat(copy.send("GET", "/api/v1/models", null, token).status()).isEqualTo(401);
    }

    @Test
    void whatAnExecutorHasForgottenIsLookedAtNoMore() throws Exception {
        String job = copy.job("ends", 1);
        NODE.next().end(Cause.COMPLETED);
        copy.awaitJob(job, "SUCCEEDED");
        var kept = copy.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM workload_attempts WHERE NOT forgotten")
                .query(Integer.class);
        await("none kept").until(() -> kept.single() == 0);
        assertThat(NODE.attempts()).isEmpty();
    }
}
