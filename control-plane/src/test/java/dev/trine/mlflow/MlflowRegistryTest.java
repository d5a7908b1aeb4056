package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.shared.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Registered models and their versions as MLflow's clients keep and find them. */
@ExtendWith(SharedTracking.class)
class MlflowRegistryTest {

    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/";

    private static Copy.Answer post(String call, Map<String, ?> body) {
        return SharedTracking.copy().post(MLFLOW + call, body);
    }

    private static Copy.Answer patch(String call, Map<String, ?> body) {
        return SharedTracking.copy().patch(MLFLOW + call, body);
    }

    private static Copy.Answer delete(String call, Map<String, ?> body) {
        return SharedTracking.copy().delete(MLFLOW + call, body);
    }

    private static Copy.Answer get(String call) {
        return SharedTracking.copy().get(MLFLOW + call);
    }

    private static JsonNode model(String name) {
        return get("registered-models/get?name=" + encoded(name)).is(200).body().path("registered_model");
    }

    private static JsonNode version(String name, int number) {
        return get("model-versions/get?name=%s&version=%d".formatted(encoded(name), number))
                .is(200)
                .body()
                .path("model_version");
    }

    private static void create(String name) {
        post("registered-models/create", Map.of("name", name)).is(200);
    }

    private static JsonNode register(String name, String source, String run) {
        return post("model-versions/create", Map.of("name", name, "source", source, "run_id", run))
                .is(200)
                .body()
                .path("model_version");
    }

    private static String run() {
        return post("runs/create", Map.of("experiment_id", "0"))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
    }

    /** Of a run with the file {@code model/MLmodel}. */
    private static String runWithModel() {
        String run = run();
        SharedTracking.copy()
                .put(PROXY + "0/" + run + "/artifacts/model/MLmodel", "a model")
                .is(200);
        return run;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void refused(Copy.Answer answer, int status, String code, String message) {
        assertThat(answer.is(status).text("error_code")).isEqualTo(code);
        assertThat(answer.text("message")).isEqualTo(message);
    }

    @Test
    void aModelIsMadeDescribedRenamedTaggedAndDeleted() {
        JsonNode made = post(
                        "registered-models/create",
                        Map.of(
                                "name", "a model",
                                "description", "d",
                                "tags", List.of(Map.of("key", "k", "value", "1"), Map.of("key", "k", "value", "2"))))
                .is(200)
                .body()
                .path("registered_model");
        assertThat(made.path("tags")).isEqualTo(json("[{\"key\":\"k\",\"value\":\"2\"}]"));
        refused(
                post("registered-models/create", Map.of("name", "a model")),
                400,
                "RESOURCE_ALREADY_EXISTS",
                "Registered Model (name=a model) already exists.");
        patch("registered-models/update", Map.of("name", "a model", "description", "e"))
                .is(200);
        assertThat(model("a model").path("description").asString()).isEqualTo("e");
        post("registered-models/set-tag", Map.of("name", "a model", "key", "a/b", "value", "c"))
                .is(200);
        delete("registered-models/delete-tag", Map.of("name", "a model", "key", "k"))
                .is(200);
        delete("registered-models/delete-tag", Map.of("name", "a model", "key", "k"))
                .is(200);

        create("a taken name");
        assertThat(post("registered-models/rename", Map.of("name", "a model", "new_name", "a taken name"))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("RESOURCE_ALREADY_EXISTS");
        JsonNode renamed = post("registered-models/rename", Map.of("name", "a model", "new_name", "another"))
                .is(200)
                .body()
                .path("registered_model");
        assertThat(renamed.path("tags")).isEqualTo(json("[{\"key\":\"a/b\",\"value\":\"c\"}]"));
        SharedTracking.copy().get("/api/v1/models/another").is(200);

        delete("registered-models/delete", Map.of("name", "another")).is(200);
        refused(
                get("registered-models/get?name=another"),
                404,
                "RESOURCE_DOES_NOT_EXIST",
                "Registered Model with name=another not found");
        SharedTracking.copy().get("/api/v1/models/another").is(404);
    }

    @Test
    void namesAndTagsThatMlflowRefusesAreRefusedInItsWords() {
        Map.of(
                        "",
                                "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
                        " ", "Missing value for required parameter 'name'.",
                        "a/b", "Invalid model name 'a/b'. Names cannot contain '/' or ':'.",
                        "a:b", "Invalid model name 'a:b'. Names cannot contain '/' or ':'.")
                .forEach((name, message) -> refused(
                        post("registered-models/create", Map.of("name", name)),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        message));
        assertThat(post("registered-models/create", Map.of("name", ".."))
                        .is(400)
                        .text("message"))
                .startsWith("Invalid value \"..\" for parameter 'name' supplied");
        assertThat(post("registered-models/create", Map.of("name", "x".repeat(257)))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(post(
                                "registered-models/create",
                                Map.of("name", "x", "tags", List.of(Map.of("key", "../a", "value", "b"))))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void aVersionHoldsTheFilesThatItsRunHadThen() {
        String run = runWithModel();
        create("fixed");
        String source = "runs:/" + run + "/model";
        JsonNode made = register("fixed", source, run);
        assertThat(made.path("version").asString()).isEqualTo("1");
        assertThat(made.path("source").asString()).isEqualTo(source);
        assertThat(made.path("run_id").asString()).isEqualTo(run);
        assertThat(made.path("current_stage").asString()).isEqualTo("None");
        assertThat(made.path("status").asString()).isEqualTo("READY");
        SharedTracking.copy()
                .put(PROXY + "0/" + run + "/artifacts/model/MLmodel", "another model")
                .is(200);

        String uri = get("model-versions/get-download-uri?name=fixed&version=1")
                .is(200)
                .text("artifact_uri");
        String path = PROXY + uri.substring("mlflow-artifacts:/".length());
        assertThat(SharedTracking.copy().text(path + "/MLmodel")).isEqualTo("\"a model\"");
        JsonNode files = SharedTracking.copy()
                .get("/api/2.0/mlflow-artifacts/artifacts?path="
                        + encoded(uri.substring("mlflow-artifacts:/".length())))
                .is(200)
                .body()
                .path("files");
        assertThat(files.path(0).path("path").asString()).isEqualTo("MLmodel");
        SharedTracking.copy().put(path + "/MLmodel", "no").is(400);
        assertThat(SharedTracking.copy()
                        .get("/api/v1/models/fixed/versions/1")
                        .is(200)
                        .text("format"))
                .isEqualTo("mlflow");
    }

    @Test
    void aVersionComesFromARunALoggedModelAnotherVersionAPathOrElsewhere() {
        String run = runWithModel();
        create("sources");
        create("copies");
        JsonNode logged = post("logged-models", Map.of("experiment_id", "0", "source_run_id", run))
                .is(200)
                .body()
                .path("model")
                .path("info");
        String id = logged.path("model_id").asString();
        SharedTracking.copy()
                .put(PROXY + "0/models/" + id + "/artifacts/MLmodel", "logged")
                .is(200);
        JsonNode ofLogged = post(
                        "model-versions/create", Map.of("name", "sources", "source", "models:/" + id, "model_id", id))
                .is(200)
                .body()
                .path("model_version");
        assertThat(ofLogged.path("run_id").asString()).isEqualTo(run);
        register("sources", "mlflow-artifacts:/0/" + run + "/artifacts/model", run);
        post("registered-models/alias", Map.of("name", "sources", "alias", "best", "version", "2"))
                .is(200);
        for (String source : List.of("models:/sources/2", "models:/sources@best")) {
            JsonNode copy = post("model-versions/create", Map.of("name", "copies", "source", source))
                    .is(200)
                    .body()
                    .path("model_version");
            assertThat(copy.path("source").asString()).isEqualTo("models:/sources/2");
            assertThat(copy.path("run_id").asString()).isEqualTo(run);
        }
        assertThat(digest("copies", 2)).isEqualTo(digest("sources", 2)).isNotEqualTo(digest("sources", 1));
        JsonNode elsewhere = post(
                        "model-versions/create",
                        Map.of("name", "copies", "source", "s3://bucket/model", "run_link", "https://elsewhere"))
                .is(200)
                .body()
                .path("model_version");
        assertThat(elsewhere.path("run_link").asString()).isEqualTo("https://elsewhere");
        assertThat(get("model-versions/get-download-uri?name=copies&version=3")
                        .is(200)
                        .text("artifact_uri"))
                .isEqualTo("s3://bucket/model");

        String held =
                "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source.";
        String other = run();
        for (String source : List.of("runs:/" + run + "/model", "mlflow-artifacts:/0/" + run + "/artifacts/model")) {
            refused(
                    post("model-versions/create", Map.of("name", "copies", "source", source, "run_id", other)),
                    400,
                    "INVALID_PARAMETER_VALUE",
                    held.formatted(source, "run_id"));
        }
        refused(
                post("model-versions/create", Map.of("name", "copies", "source", "models:/m-abc")),
                400,
                "INVALID_PARAMETER_VALUE",
                held.formatted("models:/m-abc", "model_id"));
        refused(
                post("model-versions/create", Map.of("name", "copies", "source", "models:/sources/77")),
                404,
                "RESOURCE_DOES_NOT_EXIST",
                "Model Version (name=sources, version=77) not found");
        for (String source : List.of("/tmp/x", "file:///tmp/x", "x", "runs:/x/../y", "models:/nothing")) {
            assertThat(post("model-versions/create", Map.of("name", "copies", "source", source, "run_id", "x"))
                            .is(400)
                            .text("message"))
                    .startsWith("Invalid model version source: '%s'.".formatted(source));
        }
    }

    private static String digest(String name, int number) {
        return SharedTracking.copy()
                .get("/api/v1/models/%s/versions/%d".formatted(name, number))
                .is(200)
                .text("digest");
    }

    @Test
    void aVersionIsDescribedTaggedMovedAndDeletedAndItsNumberIsNotGivenAgain() {
        create("moved");
        for (int i = 1; i <= 2; i++) {
            register("moved", "s3://bucket/" + i, "");
        }
        patch("model-versions/update", Map.of("name", "moved", "version", "1", "description", "first"))
                .is(200);
        post("model-versions/set-tag", Map.of("name", "moved", "version", "1", "key", "k", "value", "v"))
                .is(200);
        post("model-versions/transition-stage", Map.of("name", "moved", "version", "1", "stage", "staging"))
                .is(200);
        move("2", "Staging", true).is(200);
        JsonNode first = version("moved", 1);
        assertThat(first.path("description").asString()).isEqualTo("first");
        assertThat(first.path("current_stage").asString()).isEqualTo("Archived");
        assertThat(first.path("tags")).isEqualTo(json("[{\"key\":\"k\",\"value\":\"v\"}]"));
        delete("model-versions/delete-tag", Map.of("name", "moved", "version", "1", "key", "k"))
                .is(200);
        assertThat(version("moved", 1).path("tags")).isEmpty();
        refused(
                move("1", "gone", false),
                400,
                "INVALID_PARAMETER_VALUE",
                "Invalid Model Version stage: gone. Value must be one of None, Staging, Production, Archived.");
        assertThat(move("1", "None", true).is(500).text("message"))
                .isEqualTo(
                        "Model version transition cannot archive existing model versions because 'None' is not an Active stage. Valid stages are ['Staging', 'Production']");
        assertThat(numbers(post("registered-models/get-latest-versions", Map.of("name", "moved"))))
                .containsExactly(1, 2);
        assertThat(numbers(get("registered-models/get-latest-versions?name=moved&stages=Archived")))
                .containsExactly(1);

        post("registered-models/alias", Map.of("name", "moved", "alias", "best", "version", "2"))
                .is(200);
        delete("model-versions/delete", Map.of("name", "moved", "version", "2")).is(200);
        assertThat(model("moved").path("aliases")).isEmpty();
        for (String version : List.of("2", "99999999999")) {
            refused(
                    get("model-versions/get?name=moved&version=" + version),
                    404,
                    "RESOURCE_DOES_NOT_EXIST",
                    "Model Version (name=moved, version=%s) not found".formatted(version));
        }
        refused(
                get("model-versions/get?name=moved&version=x"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Parameter 'version' must be an integer, got 'x'.");
        assertThat(SharedTracking.copy()
                        .get("/api/v1/models/moved")
                        .is(200)
                        .body()
                        .path("latestVersion")
                        .asInt())
                .isEqualTo(1);
        assertThat(register("moved", "s3://bucket/3", "").path("version").asString())
                .isEqualTo("3");
    }

    private static Copy.Answer move(String version, String stage, boolean archive) {
        return post(
                "model-versions/transition-stage",
                Map.of("name", "moved", "version", version, "stage", stage, "archive_existing_versions", archive));
    }

    private static JsonNode json(String text) {
        return Json.read(text, JsonNode.class);
    }

    private static List<Integer> numbers(Copy.Answer answer) {
        return answer.is(200)
                .body()
                .path("model_versions")
                .valueStream()
                .map(version -> Integer.valueOf(version.path("version").asString()))
                .toList();
    }

    @Test
    void anAliasPointsToOneVersionAndLatestToTheNewest() {
        create("aliased");
        for (int i = 1; i <= 2; i++) {
            register("aliased", "s3://bucket/" + i, "");
        }
        post("registered-models/alias", Map.of("name", "aliased", "alias", "best", "version", "2"))
                .is(200);
        post("registered-models/alias", Map.of("name", "aliased", "alias", "best", "version", "1"))
                .is(200);
        JsonNode best = get("registered-models/alias?name=aliased&alias=best")
                .is(200)
                .body()
                .path("model_version");
        assertThat(best.path("version").asString()).isEqualTo("1");
        assertThat(best.path("aliases").toString()).isEqualTo("[\"best\"]");
        assertThat(model("aliased").path("aliases")).isEqualTo(json("[{\"alias\":\"best\",\"version\":\"1\"}]"));
        assertThat(get("registered-models/alias?name=aliased&alias=Latest")
                        .is(200)
                        .body()
                        .path("model_version")
                        .path("version")
                        .asString())
                .isEqualTo("2");
        delete("registered-models/alias", Map.of("name", "aliased", "alias", "best"))
                .is(200);
        delete("registered-models/alias", Map.of("name", "aliased", "alias", "best"))
                .is(200);
        refused(
                get("registered-models/alias?name=aliased&alias=best"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Registered model alias best not found.");
        Map.of(
                        "latest", "'latest' alias name (case insensitive) is reserved.",
                        "v1", "Version alias name 'v1' is reserved.",
                        "a b",
                                "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-).")
                .forEach((alias, message) -> refused(
                        post("registered-models/alias", Map.of("name", "aliased", "alias", alias, "version", "1")),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        message));
    }

    @Test
    void modelsAndVersionsAreSearchedOrderedAndPaged() {
        String run = runWithModel();
        for (String name : List.of("search b", "search A", "search c")) {
            create(name);
            register(name, "runs:/" + run + "/model", run);
            register(name, "s3://bucket/" + name, "");
        }
        post("registered-models/set-tag", Map.of("name", "search b", "key", "team", "value", "Red"))
                .is(200);
        post("model-versions/set-tag", Map.of("name", "search c", "version", "2", "key", "team", "value", "Red"))
                .is(200);
        post(
                        "registered-models/create",
                        Map.of(
                                "name",
                                "search prompt",
                                "tags",
                                List.of(Map.of("key", "mlflow.prompt.is_prompt", "value", "true"))))
                .is(200);

        assertThat(models("name LIKE 'search %'", "")).containsExactly("search A", "search b", "search c");
        assertThat(models("name LIKE 'search %' AND tags.`mlflow.prompt.is_prompt` != 'true'", "name DESC"))
                .containsExactly("search c", "search b", "search A");
        assertThat(models("tags.`mlflow.prompt.is_prompt` = 'true'", "")).containsExactly("search prompt");
        assertThat(models("name IN ('search b', 'none') AND tags.team ILIKE 'red'", ""))
                .containsExactly("search b");
        assertThat(models("name LIKE 'search %'", "last_updated_timestamp DESC"))
                .hasSize(3);

        assertThat(versions("run_id = '%s'".formatted(run), "name"))
                .containsExactly("search A/1", "search b/1", "search c/1");
        assertThat(versions("name = 'search c'", "version_number ASC")).containsExactly("search c/1", "search c/2");
        assertThat(versions("name = 'search c'", "")).containsExactly("search c/2", "search c/1");
        assertThat(versions("source_path = 's3://bucket/search b'", "")).containsExactly("search b/2");
        assertThat(versions("version_number >= 2 AND name LIKE 'search %'", "name"))
                .containsExactly("search A/2", "search b/2", "search c/2");
        assertThat(versions("name LIKE 'search %' AND tags.team = 'Red'", "")).containsExactly("search c/2");
        assertThat(versions("run_id IN ('%s') AND version_number = '1'".formatted(run), ""))
                .hasSize(3);

        for (String wrong : List.of(
                "registered-models/search?filter=" + encoded("run_id = 'x'"),
                "registered-models/search?order_by=creation_timestamp",
                "registered-models/search?order_by=" + encoded("tags.a"),
                "registered-models/search?max_results=1001",
                "registered-models/search?page_token=none",
                "model-versions/search?filter=" + encoded("version_number LIKE '1'"),
                "model-versions/search?filter=" + encoded("version_number = 1.5"),
                "model-versions/search?filter=" + encoded("source_path IN ('x')"),
                "model-versions/search?order_by=run_id",
                "model-versions/search?max_results=200001",
                "model-versions/search?max_results=0")) {
            assertThat(get(wrong).is(400).text("error_code")).as(wrong).isEqualTo("INVALID_PARAMETER_VALUE");
        }
    }

    private static List<String> models(String filter, String orderBy) {
        return all("registered-models/search", "registered_models", filter, orderBy).stream()
                .map(model -> model.path("name").asString())
                .toList();
    }

    private static List<String> versions(String filter, String orderBy) {
        return all("model-versions/search", "model_versions", filter, orderBy).stream()
                .map(version -> version.path("name").asString()
                        + "/"
                        + version.path("version").asString())
                .toList();
    }

    /** All that is found, in pages of two. */
    private static List<JsonNode> all(String call, String field, String filter, String orderBy) {
        var found = new ArrayList<JsonNode>();
        String token = "";
        do {
            JsonNode page = get(call + "?max_results=2&filter=" + encoded(filter)
                            + (orderBy.isEmpty() ? "" : "&order_by=" + encoded(orderBy)) + "&page_token=" + token)
                    .is(200)
                    .body();
            page.path(field).valueStream().forEach(found::add);
            token = page.path("next_page_token").asString("");
        } while (!token.isEmpty());
        return found;
    }
}
