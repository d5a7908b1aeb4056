package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs as MLflow's clients keep and find them. */
@ExtendWith(SharedTracking.class)
class MlflowRunsTest {

    private static final String RUNS = "/api/2.0/mlflow/runs/";

    private static String experiment;
    private static String searched;

    /** Six runs that start one after the other; the accuracy of the fourth is not a number, the sixth has nothing. */
    @BeforeAll
    static void makeRuns() {
        experiment = experiment("runs");
        searched = experiment("searched");
        String[] accuracies = {"0.5", "0.9", "0.7", "\"NaN\"", "0.7", ""};
        for (int i = 0; i < accuracies.length; i++) {
            String run = created(Map.of("experiment_id", searched, "run_name", "r" + i, "start_time", 1_000 * (i + 1)))
                    .path("info")
                    .path("run_id")
                    .asString();
            if (!accuracies[i].isEmpty()) {
                Object value = accuracies[i].startsWith("\"") ? "NaN" : Double.valueOf(accuracies[i]);
                post(
                                "log-batch",
                                Map.of(
                                        "run_id",
                                        run,
                                        "metrics",
                                        List.of(Map.of("key", "val/acc", "value", value, "timestamp", 1, "step", 0)),
                                        "params",
                                        List.of(Map.of("key", "depth", "value", "" + i)),
                                        "tags",
                                        List.of(Map.of("key", "a b", "value", i % 2 == 0 ? "Even" : "odd"))))
                        .is(200);
            }
        }
    }

    private static String experiment(String name) {
        return SharedTracking.copy()
                .post("/api/2.0/mlflow/experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
    }

    private static Copy.Answer post(String call, Object body) {
        return SharedTracking.copy().post(RUNS + call, body);
    }

    private static JsonNode created(Map<String, ?> body) {
        return post("create", body).is(200).body().path("run");
    }

    private static JsonNode get(String run) {
        return SharedTracking.copy()
                .get(RUNS + "get?run_id=" + run)
                .is(200)
                .body()
                .path("run");
    }

    private static List<String> names(JsonNode found) {
        return found.path("runs")
                .valueStream()
                .map(run -> run.path("info").path("run_name").asString())
                .toList();
    }

    private static JsonNode search(Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.putIfAbsent("experiment_ids", List.of(searched));
        return post("search", body).is(200).body();
    }

    private static String tag(JsonNode run, String key) {
        return run.path("data")
                .path("tags")
                .valueStream()
                .filter(tag -> tag.path("key").asString().equals(key))
                .map(tag -> tag.path("value").asString())
                .findFirst()
                .orElse("");
    }

    @Test
    void aRunsNameIsATagAndOneIsMadeUpForTheNameless() {
        JsonNode named = created(Map.of("experiment_id", experiment, "run_name", "mine"));
        String id = named.path("info").path("run_id").asString();
        assertThat(tag(named, "mlflow.runName")).isEqualTo("mine");
        post("set-tag", Map.of("run_id", id, "key", "mlflow.runName", "value", "by tag"))
                .is(200);
        assertThat(get(id).path("info").path("run_name").asString()).isEqualTo("by tag");
        post("update", Map.of("run_id", id, "run_name", "by update")).is(200);
        assertThat(tag(get(id), "mlflow.runName")).isEqualTo("by update");
        post("log-batch", Map.of("run_id", id, "tags", List.of(Map.of("key", "mlflow.runName", "value", "by batch"))))
                .is(200);
        assertThat(get(id).path("info").path("run_name").asString()).isEqualTo("by batch");

        JsonNode tagged = created(Map.of(
                "experiment_id", experiment, "tags", List.of(Map.of("key", "mlflow.runName", "value", "tagged"))));
        assertThat(tagged.path("info").path("run_name").asString()).isEqualTo("tagged");
        JsonNode nameless = created(Map.of("experiment_id", experiment));
        assertThat(nameless.path("info").path("run_name").asString()).matches("[a-z]+-[a-z]+-\\d+");
        assertThat(post(
                                "create",
                                Map.of(
                                        "experiment_id",
                                        experiment,
                                        "run_name",
                                        "a",
                                        "tags",
                                        List.of(Map.of("key", "mlflow.runName", "value", "b"))))
                        .is(400)
                        .text("message"))
                .startsWith("Both 'run_name' argument and 'mlflow.runName' tag are specified");
    }

    @Test
    void aDeletedRunIsSeenButNotChangedUntilItIsRestored() {
        String id = created(Map.of("experiment_id", experiment, "run_name", "gone"))
                .path("info")
                .path("run_id")
                .asString();
        post("delete", Map.of("run_id", id)).is(200);
        assertThat(get(id).path("info").path("lifecycle_stage").asString()).isEqualTo("deleted");
        assertThat(post("set-tag", Map.of("run_id", id, "key", "k", "value", "v"))
                        .is(400)
                        .text("message"))
                .isEqualTo("The run %s must be in the 'active' state. Current state is deleted.".formatted(id));
        var within = Map.of("experiment_ids", List.of(experiment), "filter", "run_name = 'gone'");
        assertThat(names(search(within))).isEmpty();
        var deleted = new HashMap<String, Object>(within);
        deleted.put("run_view_type", "DELETED_ONLY");
        assertThat(names(search(deleted))).containsExactly("gone");
        SharedTracking.copy().get("/api/v1/runs/run_" + id).is(404);
        post("restore", Map.of("run_id", id)).is(200);
        assertThat(names(search(within))).containsExactly("gone");
        assertThat(post("delete", Map.of("run_id", "none")).is(404).text("message"))
                .isEqualTo("Run with id=none not found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.`val/acc` > 0.6 | r4,r2,r1",
                "metrics.\"val/acc\" != 0.7 | r3,r1,r0",
                "metric.`val/acc` <= 0.7 and params.depth != '0' | r4,r2",
                "params.depth = '3' | r3",
                "params.depth IS NULL | r5",
                "tags.`a b` = 'Even' | r4,r2,r0",
                "tags.\"a b\" ILIKE 'e%' AND parameter.depth LIKE '_' | r4,r2,r0",
                "tags.`a b` LIKE 'e%' | ''",
                "tags.`a b` IS NOT NULL and status = 'RUNNING' and run_name != 'r3' | r4,r2,r1,r0",
                "attributes.start_time >= 4000 | r5,r4,r3",
                "start_time = 4000 | r3",
                "created < 3000 | r1,r0",
                "attributes.end_time > 0 | ''",
                "tags.mlflow.runName = 'r2' | r2",
                "`Run name` LIKE 'r_' and run_id NOT IN ('x') and start_time < 2000 | r0",
                "params.depth = '\\' | ''",
                "params.depth LIKE '3\\' | ''"
            })
    void aFilterFindsWhatHolds(String filter, String runs) {
        assertThat(String.join(",", names(search(Map.of("filter", filter))))).isEqualTo(runs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.`val/acc` ASC | r0,r4,r2,r1,r3,r5",
                "metrics.`val/acc` DESC | r1,r4,r2,r0,r3,r5",
                "params.depth DESC | r4,r3,r2,r1,r0,r5",
                "tags.`a b` | r4,r2,r0,r3,r1,r5",
                "start_time ASC | r0,r1,r2,r3,r4,r5",
                "attributes.run_name desc | r5,r4,r3,r2,r1,r0",
                "end_time | r5,r4,r3,r2,r1,r0"
            })
    void anOrderHoldsOverAllPagesOfItAndWhatLacksAValueComesLast(String order, String runs) {
        for (int size : List.of(1, 2, 6)) {
            var seen = new ArrayList<String>();
            String token = "";
            do {
                JsonNode page = search(Map.of("order_by", List.of(order), "max_results", size, "page_token", token));
                seen.addAll(names(page));
                token = page.path("next_page_token").asString("");
            } while (!token.isEmpty());
            assertThat(String.join(",", seen)).as("pages of %d", size).isEqualTo(runs);
        }
    }

    @Test
    void severalExperimentsAreSearchedAtOnceAndTheLatestStartComesFirst() {
        String other = experiment("searched too");
        created(Map.of("experiment_id", other, "run_name", "other", "start_time", 3_500));
        JsonNode found = search(Map.of("experiment_ids", List.of(searched, other, "999999")));
        assertThat(names(found)).containsExactly("r5", "r4", "r3", "other", "r2", "r1", "r0");
        assertThat(found.path("runs").path(3).path("info").path("experiment_id").asString())
                .isEqualTo(other);
        assertThat(found.path("runs")
                        .path(6)
                        .path("data")
                        .path("params")
                        .path(0)
                        .path("value")
                        .asString())
                .isEqualTo("0");
        assertThat(names(search(Map.of("experiment_ids", List.of())))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"filter\":\"metrics.a = 'x'\"}",
                "{\"filter\":\"metrics.a LIKE '%'\"}",
                "{\"filter\":\"params.a > 'x'\"}",
                "{\"filter\":\"params.a = 3\"}",
                "{\"filter\":\"params.a = '3' OR params.a = '4'\"}",
                "{\"filter\":\"start_time = 'now'\"}",
                "{\"filter\":\"start_time IS NULL\"}",
                "{\"filter\":\"status IN ('RUNNING')\"}",
                "{\"filter\":\"nothing = 'x'\"}",
                "{\"filter\":\"nothing.at.all = 'x'\"}",
                "{\"order_by\":[\"metrics.a\",\"metrics.a DESC\"]}",
                "{\"order_by\":[\"metrics.a up\"]}",
                "{\"page_token\":\"none\"}",
                "{\"page_token\":\"WyJhIiwiYiJd\"}",
                "{\"run_view_type\":\"SOME\"}",
                "{\"max_results\":50001}"
            })
    void whatCannotBeSearchedForIsRefused(String search) {
        var body = (ObjectNode) new JsonMapper().readTree(search);
        body.putArray("experiment_ids").add(searched);
        Copy.Answer answer = post("search", body);
        assertThat(answer.is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void longParamsAndTagsAreCutAndWrongNamesRefused() {
        String id = created(Map.of("experiment_id", experiment))
                .path("info")
                .path("run_id")
                .asString();
        post("log-parameter", Map.of("run_id", id, "key", "long", "value", "x".repeat(6_001)))
                .is(200);
        post("set-tag", Map.of("run_id", id, "key", "long", "value", "x".repeat(8_001)))
                .is(200);
        JsonNode run = get(id);
        assertThat(run.path("data").path("params").path(0).path("value").asString())
                .hasSize(6_000);
        assertThat(tag(run, "long")).hasSize(8_000);
        post("log-parameter", Map.of("run_id", id, "key", "über/a b.c:d-e_1", "value", "v"))
                .is(200);
        for (String wrong : List.of("a*b", "../a", "a//b", "/a", "a\nb", ".")) {
            assertThat(post("log-parameter", Map.of("run_id", id, "key", wrong, "value", "v"))
                            .is(400)
                            .text("message"))
                    .startsWith("Invalid value \"%s\" for parameter 'key' supplied: Names may".formatted(wrong));
        }
        assertThat(post("log-metric", Map.of("run_id", id, "key", "m", "value", 1, "timestamp", -1))
                        .is(400)
                        .text("message"))
                .contains("Timestamp must be a nonnegative long");
        assertThat(post("log-parameter", Map.of("run_id", id, "key", "long", "value", "other"))
                        .is(400)
                        .text("message"))
                .startsWith("Changing param values is not allowed. Param with key='long' was already logged");
        assertThat(SharedTracking.copy().get(RUNS + "get").is(400).text("message"))
                .startsWith("Missing value for required parameter 'run_id'.");
        assertThat(post("log-metric", Map.of("run_id", id, "key", "m")).is(400).text("message"))
                .startsWith("Missing value for required parameter 'value'.");
    }
}
