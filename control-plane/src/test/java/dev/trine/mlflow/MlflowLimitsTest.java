package dev.trine.mlflow;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.experiment.RunId;
import dev.trine.shared.Tenancy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What MLflow's wire refuses, what of it is audited, and that long histories come in pages. */
@ExtendWith(SharedTracking.class)
class MlflowLimitsTest {

    private static final String MLFLOW = "/api/2.0/mlflow";

    private static Copy copy;
    private static String run;
    private static String artifacts;

    @BeforeAll
    static void start() {
        copy = SharedTracking.copy();
        JsonNode info = copy.post(MLFLOW + "/runs/create", Map.of("experiment_id", "0", "run_name", "r"))
                .is(200)
                .body()
                .path("run")
                .path("info");
        run = info.path("run_id").asString();
        artifacts = info.path("artifact_uri")
                .asString()
                .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
    }

    private static void refused(Copy.Answer answer, String... words) {
        assertThat(answer.is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(answer.text("message")).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//abs/model.onnx", "/model//model.onnx", "/model/", "/a/%20/b"})
    void anArtifactLiesInItsRunsFolderOrNowhere(String path) {
        assertThat(copy.put(artifacts + path, "bytes").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/abs", "a:b", "a.b", "a'b"})
    void aLoggedModelsNameIsNoPath(String name) {
        refused(copy.post(MLFLOW + "/logged-models", Map.of("experiment_id", "0", "name", name)), name);
    }

    @Test
    void timesAndKeysHaveLimits() {
        refused(
                copy.post(MLFLOW + "/runs/update", Map.of("run_id", run, "end_time", Long.MAX_VALUE)),
                "end_time",
                "9999");
        refused(
                copy.post(MLFLOW + "/runs/create", Map.of("experiment_id", "0", "start_time", Long.MAX_VALUE)),
                "start_time");
        String key = "k".repeat(251);
        refused(copy.post(MLFLOW + "/runs/log-parameter", Map.of("run_id", run, "key", key, "value", "v")), "250");
        refused(copy.post(MLFLOW + "/runs/set-tag", Map.of("run_id", run, "key", key, "value", "v")), "250");
        refused(copy.post(MLFLOW + "/runs/log-metric", Map.of("run_id", run, "key", key, "value", 1)), "250");
        assertThat(copy.post(
                                "/api/v1/training/jobs",
                                Map.of(
                                        "name",
                                        "n",
                                        "experiment",
                                        key,
                                        "program",
                                        Map.of("kind", "command", "command", List.of("true"))))
                        .is(422)
                        .body()
                        .path("violations")
                        .path(0)
                        .path("field")
                        .asString())
                .isEqualTo("experiment");
    }

    @Test
    void aHistoryIsReadPageByPage() {
        List<Map<String, Object>> points = IntStream.range(0, 10)
                .<Map<String, Object>>mapToObj(
                        i -> Map.of("key", "loss", "value", 1.0 / (i + 1), "step", i, "timestamp", 7))
                .toList();
        copy.post(MLFLOW + "/runs/log-batch", Map.of("run_id", run, "metrics", points))
                .is(200);
        var steps = new ArrayList<Long>();
        String token = "";
        int pages = 0;
        do {
            JsonNode page = copy.get(MLFLOW + "/metrics/get-history?metric_key=loss&max_results=4&run_id=" + run
                            + (token.isEmpty() ? "" : "&page_token=" + token))
                    .is(200)
                    .body();
            page.path("metrics").forEach(point -> steps.add(point.path("step").asLong()));
            token = page.path("next_page_token").asString("");
            pages++;
        } while (!token.isEmpty());
        assertThat(steps)
                .containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());
        assertThat(pages).isEqualTo(3);
        refused(copy.get(MLFLOW + "/metrics/get-history?metric_key=loss&page_token=x&run_id=" + run), "page_token");
    }

    /** How many wait for this thread's transaction. */
    private static long waiting(JdbcClient jdbc) {
        return jdbc.sql("""
                        SELECT count(*) FROM pg_locks
                         WHERE locktype = 'transactionid' AND NOT granted AND transactionid = pg_current_xact_id()::xid
                        """).query(Long.class).single();
    }

    /** It begins before the run ends, and waits for that. */
    @Test
    void aRenamingDoesNotWriteBackAnOldStatus() throws Exception {
        var transactions = copy.bean(TransactionTemplate.class);
        JdbcClient jdbc = copy.bean(JdbcClient.class);
        UUID id = RunId.of("run_" + run).value();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Copy.Answer> renamed = Tenancy.acrossProjects(() -> transactions.execute(status -> {
                jdbc.sql("UPDATE runs SET status = 'FINISHED', ended_at = now() WHERE id = :id")
                        .param("id", id)
                        .update();
                var renaming = clients.submit(
                        () -> copy.post(MLFLOW + "/runs/update", Map.of("run_id", run, "run_name", "renamed")));
                await("the renaming waits for the row").until(() -> waiting(jdbc) > 0);
                return renaming;
            }));
            Objects.requireNonNull(renamed).get().is(200);
        }
        JsonNode seen = copy.get("/api/v1/runs/run_" + run).is(200).body();
        assertThat(seen.path("status").asString()).isEqualTo("FINISHED");
        assertThat(seen.path("name").asString()).isEqualTo("renamed");
        assertThat(seen.path("endedAt").asString("")).isNotEmpty();
    }

    @Test
    void whatPeopleChangeIsAudited() {
        copy.post("/api/v1/experiments", Map.of("name", "audited")).is(201);
        copy.post(MLFLOW + "/runs/update", Map.of("run_id", run, "run_name", "another"))
                .is(200);
        copy.post(MLFLOW + "/logged-models", Map.of("experiment_id", "0", "name", "logged"))
                .is(200);
        List<String> actions = copy.get("/api/v1/overview")
                .is(200)
                .body()
                .path("activity")
                .valueStream()
                .map(event -> event.path("action").asString())
                .toList();
        assertThat(actions)
                .contains(
                        "experiment.create",
                        "experiment.run.create",
                        "experiment.run.rename",
                        "experiment.model.create");
    }

    @Test
    void manyClientsThatLogTheSameKeysInOtherOrdersAllSucceed() throws Exception {
        List<String> keys = IntStream.range(0, 60).mapToObj(i -> "key" + i).toList();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> batches = IntStream.range(0, 32)
                    .mapToObj(client ->
                            (Callable<Integer>) () -> copy.post(MLFLOW + "/runs/log-batch", batch(client, keys))
                                    .status())
                    .toList();
            for (var answer : clients.invokeAll(batches)) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
    }

    private static Map<String, Object> batch(int client, List<String> keys) {
        var mixed = new ArrayList<>(keys);
        Collections.shuffle(mixed, new Random(client));
        return Map.of(
                "run_id",
                run,
                "metrics",
                mixed.stream()
                        .map(key -> Map.of("key", key, "value", client, "step", client, "timestamp", 1))
                        .toList(),
                "params",
                mixed.stream().map(key -> Map.of("key", key, "value", "same")).toList(),
                "tags",
                mixed.stream()
                        .map(key -> Map.of("key", key, "value", "" + client))
                        .toList());
    }

    @Test
    void aParamTwiceInOneBatchIsRefusedAndNothingOfTheBatchIsKept() {
        refused(
                copy.post(
                        MLFLOW + "/runs/log-batch",
                        Map.of(
                                "run_id",
                                run,
                                "params",
                                List.of(
                                        Map.of("key", "twice", "value", "1"),
                                        Map.of("key", "once", "value", "1"),
                                        Map.of("key", "twice", "value", "2")))),
                "Duplicate parameter keys",
                "[twice]");
        assertThat(copy.get(MLFLOW + "/runs/get?run_id=" + run).is(200).body().toString())
                .doesNotContain("\"once\"");
    }

    @Test
    void theFilesOfARunComeInPagesSortedByPath() {
        for (String name : List.of("c", "a", "e", "b", "d")) {
            copy.put(artifacts + "/paged/" + name, "bytes").is(200);
        }
        String list = "/api/v1/runs/run_" + run + "/artifacts?path=paged&pageSize=2";
        var found = new ArrayList<String>();
        String token = "";
        int pages = 0;
        do {
            JsonNode page = copy.get(list + "&pageToken=" + token).is(200).body();
            page.path("items")
                    .forEach(file -> found.add(file.path("path").asString().replace("paged/", "")));
            token = page.path("nextPageToken").asString("");
            pages++;
        } while (!token.isEmpty());
        assertThat(found).containsExactly("a", "b", "c", "d", "e");
        assertThat(pages).isEqualTo(3);
        assertThat(copy.get(list + "&pageToken=%25").is(400).text("code")).isEqualTo("INVALID_PAGE_TOKEN");
    }
}
