package dev.trine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.Schema;
import dev.trine.data.DatasetId;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.storage.Blobs;
import dev.trine.storage.StorageUnavailableException;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadId;
import dev.trine.workload.Workloads;
import dev.trine.workload.Workloads.OutputFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** How an evaluation ends, by what its program has left. */
class EvaluationReportsTest {

    private static final String JOBS = "/api/v1/evaluation/jobs";
    private static final String MLFLOW = "/api/2.0/mlflow";
    private static final String REPORT = """
            {"accuracy":1,"macroF1":1,"rows":2,"classes":["a"],"confusionMatrix":[[2]],
             "perClass":[{"label":"a","precision":1,"recall":1,"f1":1,"support":2}]}
            """;

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 1);
    private static Copy copy;
    private static String run;

    @BeforeAll
    static void start() {
        copy = new Copy(Schema.freshDatabase(), folder, NODE);
        JsonNode info = copy.post(MLFLOW + "/runs/create", Map.of("experiment_id", "0", "run_name", "r"))
                .is(200)
                .body()
                .path("run")
                .path("info");
        run = "run_" + info.path("run_id").asString();
        copy.put(
                        info.path("artifact_uri")
                                        .asString()
                                        .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/")
                                + "/model/model.onnx",
                        "no model")
                .is(200);
        dataset("one", 1);
        dataset("two", 2);
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    /** A dataset version of some files, of which only the rows matter here. */
    private static void dataset(String name, int files) {
        String id = copy.post("/api/v1/datasets", Map.of("name", name)).is(201).text("id");
        JdbcClient jdbc = copy.bean(JdbcClient.class);
        UUID dataset = DatasetId.of(id).value();
        jdbc.sql("""
                        INSERT INTO dataset_versions (id, dataset_id, number, digest, row_count, size_bytes, columns, label_column,
                                                      created_by, created_at)
                        SELECT uuidv7(), id, 1, :name, 2, 2, '[{"name":"label","type":"STRING","nulls":0}]', 'label', created_by,
                               now() FROM datasets WHERE id = :id
                        """).param("name", name).param("id", dataset).update();
        jdbc.sql("UPDATE datasets SET latest_version = 1 WHERE id = :id")
                .param("id", dataset)
                .update();
        for (int file = 0; file < files; file++) {
            jdbc.sql("""
                            INSERT INTO dataset_files (version_id, path, object_key, sha256, size_bytes)
                            SELECT id, :path, :path, :path, 1 FROM dataset_versions WHERE dataset_id = :id
                            """).param("path", file + ".csv").param("id", dataset).update();
        }
    }

    private static Copy.Answer evaluate(String dataset) {
        return copy.post(JOBS, Map.of("model", Map.of("runId", run), "data", Map.of("dataset", dataset)));
    }

    private static JsonNode awaitEnd(String id) {
        return copy.await(JOBS + "/" + id, job -> job.path("endedAt").isString());
    }

    @Test
    void aReportThatCanBeReadIsTold() throws Exception {
        String job = evaluate("one").is(202).text("id");
        Started program = NODE.next();
        program.leave("report.json", REPORT);
        program.end(Cause.COMPLETED);
        JsonNode ended = awaitEnd(job);
        assertThat(ended.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("report").path("rows").asInt()).isEqualTo(2);
    }

    @Test
    void aReportThatIsNoneOrMissingFailsTheJob() throws Exception {
        for (String text : new String[] {"not JSON", ""}) {
            String job = evaluate("one").is(202).text("id");
            Started program = NODE.next();
            if (!text.isEmpty()) {
                program.leave("report.json", text);
            }
            program.end(Cause.COMPLETED);
            JsonNode ended = awaitEnd(job);
            assertThat(ended.path("state").asString()).isEqualTo("FAILED");
            assertThat(ended.path("reason").path("code").asString()).isEqualTo("REPORT_UNREADABLE");
        }
    }

    @Test
    void aStoreThatIsAwayIsWaitedForBeforeTheJobEnds() throws Exception {
        String job = evaluate("one").is(202).text("id");
        Started program = NODE.next();
        var id = WorkloadId.of(copy.get(JOBS + "/" + job).text("workloadId"));
        Workload workload = copy.bean(Workloads.class).get(id);
        Blobs.Blob blob = copy.bean(Blobs.class)
                .put(workload.projectId(), new ByteArrayInputStream(REPORT.getBytes(StandardCharsets.UTF_8)));
        var outputs = List.of(new OutputFile("report.json", blob.objectKey(), blob.sha256(), blob.sizeBytes()));
        EvaluationReports reports = copy.bean(EvaluationReports.class);
        Path away = folder.resolveSibling(folder.getFileName() + "-away");
        Files.move(folder, away);
        try {
            assertThatThrownBy(() -> reports.read(workload, outputs)).isInstanceOf(StorageUnavailableException.class);
        } finally {
            Files.move(away, folder);
        }
        EvaluationJobStore store = copy.bean(EvaluationJobStore.class);
        assertThat(store.hasReport(EvaluationJobId.of(job))).isFalse();
        reports.read(workload, outputs);
        assertThat(store.hasReport(EvaluationJobId.of(job))).isTrue();
        assertThat(copy.get(JOBS + "/" + job).body().has("report"))
                .as("told only of a job that has succeeded")
                .isFalse();
        program.end(Cause.FAILED);
        assertThat(awaitEnd(job).path("state").asString()).isEqualTo("FAILED");
    }

    @Test
    void aDatasetOfSeveralFilesIsRefusedInsteadOfReadInPart() {
        Copy.Answer answer = evaluate("two").is(422);
        assertThat(answer.body().path("violations").path(0).path("field").asString())
                .isEqualTo("data.dataset");
        assertThat(answer.body().toString()).contains("2 files");
    }
}
