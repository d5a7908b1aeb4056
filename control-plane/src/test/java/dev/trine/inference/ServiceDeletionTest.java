package dev.trine.inference;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import dev.trine.workload.WorkloadId;
import java.nio.file.Path;
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

    @TempDir
    private Path folder;

    @Test
    void itWaitsForWhoeverIsSettlingTheServiceAndNeitherFails() throws Exception {
        var node = new MemoryExecutor("a", 1);
        try (var copy = new Copy(Schema.freshDatabase(), folder, node);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String service = Services.deploy(copy, 2);
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
