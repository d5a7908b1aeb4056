package dev.trine.inference;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import dev.trine.workload.WorkloadId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Taking a service down while its replicas change. */
class ServiceDeletionTest {

    private static final String MLFLOW = "/api/2.0/mlflow";

    @TempDir
    private Path folder;

    private static String deploy(Copy copy) {
        JsonNode run = copy.post(MLFLOW + "/runs/create", Map.of("experiment_id", "0", "run_name", "r"))
                .is(200)
                .body()
                .path("run")
                .path("info");
        String artifacts = run.path("artifact_uri")
                .asString()
                .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
        copy.put(artifacts + "/model/model.onnx", "no model").is(200);
        copy.post("/api/v1/models", Map.of("name", "m")).is(201);
        copy.post(
                        "/api/v1/models/m/versions",
                        Map.of("runId", "run_" + run.path("run_id").asString()))
                .is(201);
        return copy.post(
                        "/api/v1/inference/services",
                        Map.of("name", "s", "replicas", 2, "model", Map.of("name", "m", "version", 1)))
                .is(202)
                .text("id");
    }

    @Test
    void itWaitsForWhoeverIsSettlingTheServiceAndNeitherFails() throws Exception {
        var node = new MemoryExecutor("a", 1);
        try (var copy = new Copy(Schema.freshDatabase(), folder, node);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String service = deploy(copy);
            node.next();
            node.next();
            JsonNode replicas =
                    copy.get("/api/v1/inference/services/" + service).body().path("replicas");
            var workload = WorkloadId.of(replicas.path(0).path("workloadId").asString());
            JdbcClient jdbc = copy.bean(JdbcClient.class);

            var deletion = copy.bean(TransactionTemplate.class).execute(status -> {
                jdbc.sql("SELECT id FROM workloads WHERE id = :id FOR UPDATE")
                        .param("id", workload.value())
                        .query((row, number) -> 1)
                        .list();
                var deleting = threads.submit(() -> copy.delete("/api/v1/inference/services/" + service));
                await("the deletion at the lock")
                        .until(() -> jdbc.sql(
                                                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
                                        .query(Integer.class)
                                        .single()
                                > 0);
                copy.bean(ServiceHealth.class).settle(InferenceServiceId.of(service), () -> true);
                return deleting;
            });

            assertThat(Objects.requireNonNull(deletion)
                            .get(30, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(204);
            assertThat(copy.get("/api/v1/inference/services").body().path("items"))
                    .isEmpty();
        }
    }
}
