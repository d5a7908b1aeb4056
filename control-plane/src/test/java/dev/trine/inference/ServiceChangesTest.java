package dev.trine.inference;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import dev.trine.testkit.Await;
import dev.trine.workload.WorkloadId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Services that are read or taken down while their replicas change. */
class ServiceChangesTest {

    @TempDir
    private Path folder;

    @Test
    void aDeletionWaitsForWhoeverIsSettlingTheServiceAndNeitherFails() throws Exception {
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
                            .get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(204);
            assertThat(copy.get("/api/v1/inference/services").body().path("items"))
                    .isEmpty();
        }
    }

    @Test
    void whatIsReadOfAServiceAndItsReplicasHasBeenSoAtOneMoment() throws Exception {
        var node = new MemoryExecutor("a", 1);
        try (var copy = new Copy(Schema.freshDatabase(), folder, node);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String path = "/api/v1/inference/services/" + Services.deploy(copy, 1);
            node.next();
            var over = new AtomicBoolean();
            JdbcClient jdbc = copy.bean(JdbcClient.class);
            Future<?> changing = threads.submit(() -> {
                for (boolean ready = true; !over.get(); ready = !ready) {
                    String service = ready ? "READY" : "DEPLOYING";
                    String replica = ready ? "READY" : "NOT_READY";
                    copy.bean(TransactionTemplate.class).executeWithoutResult(status -> {
                        jdbc.sql("UPDATE inference_services SET state = ?")
                                .param(service)
                                .update();
                        jdbc.sql("UPDATE inference_replicas SET state = ?")
                                .param(replica)
                                .update();
                    });
                }
            });
            try {
                var seen = new HashSet<String>();
                for (int i = 0; i < 100 || seen.size() < 2; i++) {
                    JsonNode read = copy.get(path).body();
                    seen.add(read.path("state").asString() + " "
                            + read.path("replicas").path(0).path("state").asString());
                    assertThat(seen).isSubsetOf("READY READY", "DEPLOYING NOT_READY", "DEPLOYING STARTING");
                }
            } finally {
                over.set(true);
                changing.get();
            }
        }
    }
}
