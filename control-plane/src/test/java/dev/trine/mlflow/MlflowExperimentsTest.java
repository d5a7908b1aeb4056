package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Experiments as MLflow's clients keep and find them. */
@ExtendWith(SharedTracking.class)
class MlflowExperimentsTest {

    private static final String EXPERIMENTS = "/api/2.0/mlflow/experiments/";

    private static Copy.Answer post(String call, Map<String, ?> body) {
        return SharedTracking.copy().post(EXPERIMENTS + call, body);
    }

    private static String made(String name) {
        return post("create", Map.of("name", name)).is(200).text("experiment_id");
    }

    private static JsonNode get(String id) {
        return SharedTracking.copy()
                .get(EXPERIMENTS + "get?experiment_id=" + id)
                .is(200)
                .body()
                .path("experiment");
    }

    private static List<String> names(JsonNode found) {
        return found.path("experiments")
                .valueStream()
                .map(one -> one.path("name").asString())
                .toList();
    }

    private static List<String> found(Map<String, ?> search) {
        return names(post("search", search).is(200).body());
    }

    @Test
    void idsAreNumbersAndTheProjectsOwnExperimentIsZero() {
        String id = made("numbers");
        assertThat(id).matches("[1-9]\\d*");
        assertThat(get("0").path("name").asString()).isEqualTo("Default");
        assertThat(get("0").path("experiment_id").asString()).isEqualTo("0");
        assertThat(get(id).path("artifact_location").asString()).isEqualTo("mlflow-artifacts:/" + id);
        assertThat(Long.parseLong(made("numbers 2"))).isGreaterThan(Long.parseLong(id));
        for (String none : List.of("999999999", "-1")) {
            Copy.Answer answer = SharedTracking.copy().get(EXPERIMENTS + "get?experiment_id=" + none);
            assertThat(answer.is(404).text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
            assertThat(answer.text("message")).isEqualTo("No Experiment with id=%s exists".formatted(none));
        }
        assertThat(SharedTracking.copy()
                        .get(EXPERIMENTS + "get?experiment_id=x")
                        .is(400)
                        .text("message"))
                .isEqualTo("Invalid experiment ID 'x'. Experiment ID must be a valid integer.");
    }

    @Test
    void whatIsDeletedCanBeSeenAndRestoredAndKeepsItsName() {
        String id = made("deleted");
        String run = SharedTracking.copy()
                .post("/api/2.0/mlflow/runs/create", Map.of("experiment_id", id))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        post("delete", Map.of("experiment_id", id)).is(200);

        assertThat(get(id).path("lifecycle_stage").asString()).isEqualTo("deleted");
        assertThat(SharedTracking.copy()
                        .get(EXPERIMENTS + "get-by-name?experiment_name=deleted")
                        .is(200)
                        .body()
                        .path("experiment")
                        .path("lifecycle_stage")
                        .asString())
                .isEqualTo("deleted");
        assertThat(post("create", Map.of("name", "deleted")).is(400).text("error_code"))
                .isEqualTo("RESOURCE_ALREADY_EXISTS");
        assertThat(post("delete", Map.of("experiment_id", id)).is(404).text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(post("update", Map.of("experiment_id", id, "new_name", "x"))
                        .is(500)
                        .text("error_code"))
                .isEqualTo("INVALID_STATE");
        assertThat(post("set-experiment-tag", Map.of("experiment_id", id, "key", "k", "value", "v"))
                        .is(400)
                        .text("message"))
                .contains("must be in the 'active' state");
        String filter = "name = 'deleted'";
        assertThat(found(Map.of("filter", filter))).isEmpty();
        assertThat(found(Map.of("filter", filter, "view_type", "DELETED_ONLY"))).containsExactly("deleted");
        assertThat(found(Map.of("filter", filter, "view_type", "ALL"))).containsExactly("deleted");
        SharedTracking.copy().get("/api/v1/runs/run_" + run).is(404);

        post("restore", Map.of("experiment_id", id)).is(200);
        assertThat(get(id).path("lifecycle_stage").asString()).isEqualTo("active");
        SharedTracking.copy().get("/api/v1/runs/run_" + run).is(200);
        post("restore", Map.of("experiment_id", id)).is(404);
    }

    @Test
    void aJobThatNamesADeletedExperimentBringsItBack() {
        String id = made("of a job");
        post("delete", Map.of("experiment_id", id)).is(200);
        SharedTracking.copy()
                .post(
                        "/api/v1/training/jobs",
                        Map.of(
                                "name",
                                "j",
                                "experiment",
                                "of a job",
                                "program",
                                Map.of("kind", "command", "command", List.of("true"))))
                .is(202);
        assertThat(get(id).path("lifecycle_stage").asString()).isEqualTo("active");
    }

    @Test
    void namesAndTagsChange() {
        String id = made("before");
        made("taken");
        post("update", Map.of("experiment_id", id, "new_name", "after")).is(200);
        assertThat(get(id).path("name").asString()).isEqualTo("after");
        assertThat(post("update", Map.of("experiment_id", id, "new_name", "taken"))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("RESOURCE_ALREADY_EXISTS");
        post("set-experiment-tag", Map.of("experiment_id", id, "key", "a b/c", "value", "1"))
                .is(200);
        post("set-experiment-tag", Map.of("experiment_id", id, "key", "a b/c", "value", "2"))
                .is(200);
        assertThat(get(id).path("tags").path(0).path("value").asString()).isEqualTo("2");
        post("delete-experiment-tag", Map.of("experiment_id", id, "key", "a b/c"))
                .is(200);
        assertThat(get(id).path("tags")).isEmpty();
        assertThat(post("delete-experiment-tag", Map.of("experiment_id", id, "key", "a b/c"))
                        .is(404)
                        .text("message"))
                .isEqualTo("No tag with name: a b/c in experiment with id " + id);
        assertThat(post("create", Map.of()).is(400).text("message"))
                .startsWith("Missing value for required parameter 'name'.");
        assertThat(post("create", Map.of("name", "x".repeat(501))).is(400).text("message"))
                .isEqualTo("'name' exceeds the maximum length of 500 characters");
    }

    @Test
    void aSearchFiltersOrdersAndPages() {
        for (int i = 0; i < 5; i++) {
            post(
                            "create",
                            Map.of(
                                    "name",
                                    "paged " + (char) ('c' - i % 3) + i,
                                    "tags",
                                    List.of(Map.of("key", "team", "value", i % 2 == 0 ? "red" : "Blue"))))
                    .is(200);
        }
        assertThat(found(Map.of("filter", "name LIKE 'paged %' AND tags.team ILIKE 'BLUE'")))
                .containsExactly("paged c3", "paged b1");
        assertThat(found(Map.of("filter", "name LIKE 'paged %'", "order_by", List.of("name DESC"))))
                .containsExactly("paged c3", "paged c0", "paged b4", "paged b1", "paged a2");
        assertThat(found(Map.of("filter", "name LIKE 'paged %' AND tags.team IS NULL")))
                .isEmpty();
        for (String order : List.of("name", "creation_time DESC", "experiment_id ASC")) {
            var seen = new ArrayList<String>();
            String token = "";
            do {
                JsonNode page = SharedTracking.copy()
                        .get(EXPERIMENTS + "search?max_results=2&filter=" + encoded("name LIKE 'paged %'")
                                + "&order_by=" + encoded(order) + "&page_token=" + token)
                        .is(200)
                        .body();
                seen.addAll(names(page));
                token = page.path("next_page_token").asString("");
            } while (!token.isEmpty());
            assertThat(seen)
                    .as(order)
                    .containsExactlyElementsOf(
                            found(Map.of("filter", "name LIKE 'paged %'", "order_by", List.of(order))))
                    .hasSize(5);
        }
        for (Map<String, ?> wrong : List.<Map<String, ?>>of(
                Map.of("filter", "nothing = 'x'"),
                Map.of("filter", "metrics.a > 1"),
                Map.of("order_by", List.of("tags.a")),
                Map.of("page_token", "none"),
                Map.of("max_results", 0),
                Map.of("max_results", 50_001))) {
            assertThat(post("search", wrong).is(400).text("error_code"))
                    .as(wrong.toString())
                    .isEqualTo("INVALID_PARAMETER_VALUE");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
