package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Issues as MLflow's clients tell, find and settle them. */
@ExtendWith(SharedTracking.class)
class MlflowIssuesTest {

    private static final String ISSUES = "/api/3.0/mlflow/issues";

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String experiment(String name) {
        return copy().post("/api/3.0/mlflow/experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
    }

    private static Copy.Answer create(String experiment, String name, Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.put("experiment_id", experiment);
        body.put("name", name);
        body.putIfAbsent("description", "it is so");
        return copy().post(ISSUES, body);
    }

    private static JsonNode search(Map<String, ?> asked) {
        return copy().post(ISSUES + "/search", asked).is(200).body();
    }

    private static List<String> names(JsonNode page) {
        return page.path("issues")
                .valueStream()
                .map(one -> one.path("name").asString())
                .toList();
    }

    @Test
    void anIssueIsToldReadAndSettled() {
        String experiment = experiment("an issue");
        JsonNode made = create(
                        experiment,
                        "slow",
                        Map.of(
                                "severity", "high",
                                "root_causes", List.of("the network", "the model"),
                                "categories", List.of("latency"),
                                "source_run_id", "r1",
                                "created_by", "ann"))
                .is(200)
                .body()
                .path("issue");
        String path = ISSUES + "/" + made.path("issue_id").asString();
        assertThat(path).matches(".*/iss-[0-9a-f]{32}");
        assertThat(made.path("experiment_id").asString()).isEqualTo(experiment);
        assertThat(made.path("status").asString()).isEqualTo("pending");
        assertThat(made.path("root_causes").size()).isEqualTo(2);
        assertThat(copy().get(path).is(200).body().path("issue")).isEqualTo(made);
        JsonNode changed = copy().patch(path, Map.of("status", "resolved", "severity", "low", "name", ""))
                .is(200)
                .body()
                .path("issue");
        assertThat(changed.path("status").asString()).isEqualTo("resolved");
        assertThat(changed.path("severity").asString()).isEqualTo("low");
        assertThat(changed.path("name").asString()).isEqualTo("slow");
        assertThat(changed.path("created_timestamp")).isEqualTo(made.path("created_timestamp"));
        copy().patch(path, Map.of("status", "forgotten")).is(400);
        assertThat(copy().get(ISSUES + "/iss-none").is(404).text("message"))
                .isEqualTo("Issue with ID 'iss-none' not found");
        copy().patch(ISSUES + "/iss-" + "0".repeat(32), Map.of()).is(404);
    }

    @Test
    void issuesAreFoundByStatusAndRunTheSeverestAndLatestFirst() {
        String experiment = experiment("issues");
        create(experiment, "a", Map.of("severity", "low", "source_run_id", "r1"))
                .is(200);
        create(experiment, "b", Map.of("status", "resolved", "source_run_id", "r2"))
                .is(200);
        create(experiment, "c", Map.of("severity", "high")).is(200);
        create(experiment, "d", Map.of("severity", "low")).is(200);
        create(experiment("other issues"), "elsewhere", Map.of()).is(200);
        var within = new HashMap<String, Object>(Map.of("experiment_id", experiment));
        assertThat(names(search(within))).containsExactly("c", "d", "a", "b");
        within.put("filter_string", "status = 'resolved'");
        assertThat(names(search(within))).containsExactly("b");
        within.put("filter_string", "status != 'resolved' AND source_run_id = 'r1'");
        assertThat(names(search(within))).containsExactly("a");
        assertThat(names(search(Map.of()))).contains("a", "elsewhere");
        within.remove("filter_string");
        within.put("max_results", 3);
        var seen = new ArrayList<String>();
        do {
            JsonNode page = search(within);
            seen.add(String.join("", names(page)));
            within.put("page_token", page.path("next_page_token").asString());
        } while (!within.get("page_token").equals(""));
        assertThat(seen).containsExactly("cda", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name = 'x'", "issue.status = 'x'", "status > 'x'", "status = 1"})
    void whatIssuesAreNotSearchedByIsTold(String filter) {
        assertThat(copy().post(ISSUES + "/search", Map.of("filter_string", filter))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void whatIsNoIssueIsRefused() {
        create("987654", "x", Map.of()).is(404);
        create("0", "", Map.of()).is(400);
        create("0", "x", Map.of("description", "")).is(400);
        create("0", "x", Map.of("severity", "terrible")).is(400);
        create("0", "x".repeat(251), Map.of()).is(400);
        create("0", "x", Map.of("categories", Collections.nCopies(101, "c"))).is(400);
    }
}
