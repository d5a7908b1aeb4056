package dev.trine.launcher;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The wire itself, both Trine's and MLflow's: statuses, bodies and refusals, seen from outside the gateway. */
@ExtendWith(SharedPlatform.class)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ApiTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PASSWORD = SharedPlatform.PASSWORD;
    private static final String MLFLOW = "/api/2.0/mlflow";

    private static HttpClient http;
    private static String token;

    /** An answer's status and body. */
    private record Answer(int status, JsonNode body, Map<String, List<String>> headers) {
        Answer is(int wanted) {
            assertThat(status).as(body.toString()).isEqualTo(wanted);
            return this;
        }

        String text(String field) {
            return body.path(field).asString("");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        http = HttpClient.newHttpClient();
        token = "none";
        token = call("POST", "/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", PASSWORD))
                .is(200)
                .text("accessToken");
    }

    @AfterAll
    static void stop() {
        http.close();
    }

    private static Answer call(String method, String path, @Nullable Object body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + SharedPlatform.port() + path))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        String text = answer.body();
        JsonNode json = text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : JSON.missingNode();
        return new Answer(answer.statusCode(), json, answer.headers().map());
    }

    private static String newRun(String experiment) throws Exception {
        String id = call("POST", MLFLOW + "/experiments/create", Map.of("name", experiment))
                .is(200)
                .text("experiment_id");
        return call("POST", MLFLOW + "/runs/create", Map.of("experiment_id", id, "run_name", "r1", "start_time", 1000))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
    }

    @Test
    void anMlflowClientFindsItsExperimentAndIsToldInMlflowsWordsWhatIsMissing() throws Exception {
        String id = call("POST", MLFLOW + "/experiments/create", Map.of("name", "e1"))
                .is(200)
                .text("experiment_id");
        assertThat(call("GET", MLFLOW + "/experiments/get-by-name?experiment_name=e1", null)
                        .is(200)
                        .body()
                        .path("experiment")
                        .path("experiment_id")
                        .asString())
                .isEqualTo(id);
        assertThat(call("GET", MLFLOW + "/experiments/get?experiment_id=0", null)
                        .is(200)
                        .body()
                        .path("experiment")
                        .path("name")
                        .asString())
                .isEqualTo("Default");
        assertThat(call("POST", MLFLOW + "/experiments/create", Map.of("name", "e1"))
                        .is(400)
                        .text("error_code"))
                .isEqualTo("RESOURCE_ALREADY_EXISTS");
        assertThat(call("GET", MLFLOW + "/experiments/get-by-name?experiment_name=none", null)
                        .is(404)
                        .text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(call("GET", MLFLOW + "/runs/get?run_id=nonsense", null)
                        .is(404)
                        .text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(call("GET", MLFLOW + "/runs/get", null).is(400).text("error_code"))
                .isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void aRunKeepsParamsMetricsAndTagsAndParamsNeverChange() throws Exception {
        String run = newRun("e2");
        call("POST", MLFLOW + "/runs/log-parameter", Map.of("run_id", run, "key", "lr", "value", "0.1"))
                .is(200);
        call("POST", MLFLOW + "/runs/log-parameter", Map.of("run_id", run, "key", "lr", "value", "0.1"))
                .is(200);
        assertThat(call("POST", MLFLOW + "/runs/log-parameter", Map.of("run_id", run, "key", "lr", "value", "0.2"))
                        .is(400)
                        .text("message"))
                .contains("lr")
                .contains("0.1");
        call(
                        "POST",
                        MLFLOW + "/runs/log-metric",
                        Map.of("run_id", run, "key", "acc", "value", 0.5, "step", 1, "timestamp", 5))
                .is(200);
        call(
                        "POST",
                        MLFLOW + "/runs/log-batch",
                        Map.of(
                                "run_id", run,
                                "metrics", List.of(Map.of("key", "acc", "value", 0.7, "step", 2, "timestamp", 6)),
                                "tags", List.of(Map.of("key", "a", "value", "b"))))
                .is(200);
        call("POST", MLFLOW + "/runs/set-tag", Map.of("run_id", run, "key", "gone", "value", "x"))
                .is(200);
        call("POST", MLFLOW + "/runs/delete-tag", Map.of("run_id", run, "key", "gone"))
                .is(200);
        call("POST", MLFLOW + "/runs/delete-tag", Map.of("run_id", run, "key", "gone"))
                .is(404);
        call("POST", MLFLOW + "/runs/update", Map.of("run_id", run, "status", "FINISHED", "end_time", 2000))
                .is(200);
        JsonNode seen = call("GET", MLFLOW + "/runs/get?run_id=" + run, null)
                .is(200)
                .body()
                .path("run");
        assertThat(seen.path("info").path("status").asString()).isEqualTo("FINISHED");
        assertThat(seen.path("info").path("start_time").asLong()).isEqualTo(1000);
        assertThat(seen.path("info").path("end_time").asLong()).isEqualTo(2000);
        assertThat(seen.path("data").path("metrics").path(0).path("value").asDouble())
                .isEqualTo(0.7);
        assertThat(seen.path("data").path("tags")).hasSize(2);
        assertThat(seen.path("data").path("tags").path(0).path("key").asString())
                .isEqualTo("a");
        assertThat(call("GET", MLFLOW + "/metrics/get-history?metric_key=acc&run_id=" + run, null)
                        .is(200)
                        .body()
                        .path("metrics"))
                .hasSize(2);
        JsonNode own = call("GET", "/api/v1/runs/run_" + run, null).is(200).body();
        assertThat(own.path("params").path("lr").asString()).isEqualTo("0.1");
        assertThat(own.path("metrics").path("acc").path("step").asInt()).isEqualTo(2);
    }

    @Test
    void aBatchOverMlflowsLimitsIsRefused() throws Exception {
        String run = newRun("e3");
        List<Map<String, Object>> many = IntStream.range(0, 1001)
                .mapToObj(step -> Map.<String, Object>of("key", "m", "value", step, "step", step, "timestamp", step))
                .toList();
        assertThat(call("POST", MLFLOW + "/runs/log-batch", Map.of("run_id", run, "metrics", many))
                        .is(400)
                        .text("message"))
                .contains("1000 metrics");
        call("POST", MLFLOW + "/runs/log-batch", Map.of("run_id", run, "metrics", many.subList(0, 1000)))
                .is(200);
        JsonNode points = call("GET", "/api/v1/runs/run_" + run + "/metrics/m?maxPoints=50", null)
                .is(200)
                .body()
                .path("points");
        assertThat(points).hasSize(50);
        assertThat(points.path(0).path("step").asInt()).isZero();
        assertThat(points.path(49).path("step").asInt()).isEqualTo(999);
        call("GET", "/api/v1/runs/run_" + run + "/metrics/m?maxPoints=1", null).is(422);
    }

    @Test
    void artifactsGoInAndOutByMlflowsProxyAndNoPathLeadsElsewhere() throws Exception {
        String run = newRun("e4");
        String root = call("GET", MLFLOW + "/artifacts/list?run_id=" + run, null)
                .is(200)
                .text("root_uri");
        String base = "/api/2.0/mlflow-artifacts/artifacts/" + root.substring("mlflow-artifacts:/".length());
        call("PUT", base + "/plots/a.json", Map.of("x", 1)).is(200);
        assertThat(call("GET", base + "/plots/a.json", null)
                        .is(200)
                        .body()
                        .path("x")
                        .asInt())
                .isEqualTo(1);
        assertThat(call("GET", MLFLOW + "/artifacts/list?run_id=" + run, null)
                        .body()
                        .path("files")
                        .toString())
                .contains("\"plots\"")
                .contains("true");
        assertThat(call("GET", MLFLOW + "/artifacts/list?path=plots&run_id=" + run, null)
                        .body()
                        .path("files")
                        .path(0)
                        .path("path")
                        .asString())
                .isEqualTo("plots/a.json");
        assertThat(call("GET", "/api/v1/runs/run_" + run + "/artifacts", null)
                        .is(200)
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(call("GET", "/api/v1/runs/run_" + run + "/artifacts/content?path=plots/a.json", null)
                        .is(200)
                        .body()
                        .path("x")
                        .asInt())
                .isEqualTo(1);
        call("GET", base + "/none", null).is(404);
        call("GET", "/api/2.0/mlflow-artifacts/artifacts/nonsense", null).is(400);
    }

    @Test
    void aLoggedModelIsMadeFilledFinishedAndRegistered() throws Exception {
        String run = newRun("e5");
        JsonNode made = call(
                        "POST",
                        MLFLOW + "/logged-models",
                        Map.of(
                                "experiment_id",
                                "0",
                                "name",
                                "model",
                                "source_run_id",
                                run,
                                "params",
                                List.of(Map.of("key", "k", "value", "v"))))
                .is(200)
                .body()
                .path("model")
                .path("info");
        String id = made.path("model_id").asString();
        String base = "/api/2.0/mlflow-artifacts/artifacts/"
                + made.path("artifact_uri").asString().substring("mlflow-artifacts:/".length());
        call("PUT", base + "/MLmodel", Map.of("flavors", "none")).is(200);
        assertThat(call(
                                "GET",
                                base.substring(0, base.indexOf("/artifacts/") + 10) + "?path="
                                        + base.substring(base.indexOf("/artifacts/") + 11),
                                null)
                        .is(200)
                        .body()
                        .path("files")
                        .path(0)
                        .path("path")
                        .asString())
                .isEqualTo("MLmodel");
        call("PATCH", MLFLOW + "/logged-models/" + id, Map.of("status", "LOGGED_MODEL_READY"))
                .is(200);
        call(
                        "PATCH",
                        MLFLOW + "/logged-models/" + id + "/tags",
                        Map.of("tags", List.of(Map.of("key", "t", "value", "u"))))
                .is(200);
        call(
                        "POST",
                        MLFLOW + "/logged-models/" + id + "/params",
                        Map.of("params", List.of(Map.of("key", "p", "value", "q"))))
                .is(200);
        call("POST", MLFLOW + "/runs/outputs", Map.of("run_id", run, "models", List.of()))
                .is(200);
        JsonNode seen = call("GET", MLFLOW + "/logged-models/" + id, null)
                .is(200)
                .body()
                .path("model");
        assertThat(seen.path("info").path("status").asString()).isEqualTo("LOGGED_MODEL_READY");
        assertThat(seen.path("data").path("params")).hasSize(2);
        call("GET", MLFLOW + "/logged-models/m-00000000000000000000000000000000", null)
                .is(404);

        call("POST", "/api/v1/models", Map.of("name", "logged")).is(201);
        call("POST", "/api/v1/models", Map.of("name", "logged")).is(409);
        call("POST", "/api/v1/models", Map.of("name", "not/a name")).is(422);
        assertThat(call("POST", "/api/v1/models/logged/versions", Map.of("runId", "run_" + run))
                        .is(201)
                        .text("format"))
                .isEqualTo("mlflow");
        call("POST", "/api/v1/models/logged/versions", Map.of("runId", "run_" + run, "artifactPath", "none"))
                .is(422);
        call("PUT", "/api/v1/models/logged/aliases/champion", Map.of("version", 1))
                .is(200);
        call("PUT", "/api/v1/models/logged/aliases/champion", Map.of("version", 9))
                .is(404);
        assertThat(call("GET", "/api/v1/models/logged", null)
                        .is(200)
                        .body()
                        .path("aliases")
                        .path("champion")
                        .asInt())
                .isEqualTo(1);
        assertThat(call("GET", "/api/v1/models/logged/versions/1", null)
                        .is(200)
                        .body()
                        .path("aliases")
                        .path(0)
                        .asString())
                .isEqualTo("champion");
        assertThat(call("GET", "/api/v1/models/logged/versions", null)
                        .is(200)
                        .body()
                        .path("items"))
                .hasSize(1);
        call("DELETE", "/api/v1/models/logged/aliases/champion", null).is(204);
        call("DELETE", "/api/v1/models/logged/aliases/champion", null).is(404);
        assertThat(call(
                                "POST",
                                "/api/v1/inference/services",
                                Map.of("name", "s", "model", Map.of("name", "logged", "version", 1)))
                        .text("code"))
                .isEqualTo("MODEL_UNUSABLE");
    }

    @Test
    void aDatasetIsRenamedOnlyAgainstTheVersionThatWasRead() throws Exception {
        Answer made = call("POST", "/api/v1/datasets", Map.of("name", "d1", "tags", List.of("a")))
                .is(201);
        String path = "/api/v1/datasets/" + made.text("id");
        call("PATCH", path, Map.of("description", "x")).is(428);
        call("PATCH", path, Map.of("description", "x"), "If-Match", "\"9\"").is(412);
        call("PATCH", path, Map.of("description", "x"), "If-Match", "\"1\"").is(200);
        assertThat(call("GET", path, null).is(200).text("description")).isEqualTo("x");
        call("POST", "/api/v1/datasets", Map.of("name", "d1")).is(409);
        assertThat(call("GET", "/api/v1/datasets?pageSize=1", null)
                        .is(200)
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(call("GET", "/api/v1/datasets?pageSize=0", null).text("code"))
                .isEqualTo("VALIDATION_FAILED");
        assertThat(call("GET", "/api/v1/datasets?pageToken=x", null).text("code"))
                .isEqualTo("INVALID_PAGE_TOKEN");
        call("DELETE", path, null, "If-Match", "*").is(204);
        call("GET", path, null).is(404);
    }

    @Test
    void aCreateWithAnIdempotencyKeyHappensOnceAndIsAnsweredTheSameAgain() throws Exception {
        String[] key = {"Idempotency-Key", "make-idem-once"};
        Answer first =
                call("POST", "/api/v1/datasets", Map.of("name", "idem"), key).is(201);
        Answer again =
                call("POST", "/api/v1/datasets", Map.of("name", "idem"), key).is(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers()).containsEntry("idempotency-replayed", List.of("true"));
        assertThat(again.headers().get("etag")).isEqualTo(first.headers().get("etag"));
        assertThat(call("POST", "/api/v1/datasets", Map.of("name", "other"), key)
                        .is(422)
                        .text("code"))
                .isEqualTo("IDEMPOTENCY_CONFLICT");
        Map<String, Object> job = Map.of("name", "j", "program", Map.of("kind", "command", "command", List.of("true")));
        String made = call("POST", "/api/v1/training/jobs", job, "Idempotency-Key", "one-job-1")
                .is(202)
                .text("id");
        assertThat(call("POST", "/api/v1/training/jobs", job, "Idempotency-Key", "one-job-1")
                        .is(202)
                        .text("id"))
                .isEqualTo(made);
        await("its end, so that it stores nothing beside other tests")
                .until(() -> call("GET", "/api/v1/training/jobs/" + made, null)
                        .text("state")
                        .equals("SUCCEEDED"));
    }

    @Test
    void whatIsNoRequestIsAProblemThatSaysSo() throws Exception {
        Answer unknown = call("POST", "/api/v1/datasets", Map.of("name", "typo", "nmae", "x"));
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.body().toString()).contains("nmae").contains("requestId");
        Answer missing = call("POST", "/api/v1/datasets", Map.of("description", "no name"))
                .is(422);
        assertThat(missing.body().path("violations").path(0).path("field").asString())
                .isEqualTo("name");
        call("POST", "/api/v1/auth/login", java.util.Collections.singletonMap("email", null))
                .is(422);
        call("POST", "/api/v1/training/jobs", Map.of("name", "x")).is(422);
        call("GET", "/api/v1/nothing", null).is(404);
        call("PUT", "/api/v1/datasets", Map.of()).is(405);
        call("POST", "/api/v1/datasets", Map.of("name", "x"), "X-Trine-Project", "not-mine")
                .is(404);
        call("POST", "/api/v1/experiments", Map.of("name", "")).is(422);
        call("POST", "/api/v1/experiments", Map.of("name", "own", "tags", Map.of("a", "b")))
                .is(201);
        assertThat(call("GET", "/api/v1/experiments", null).is(200).body().path("items"))
                .isNotEmpty();
        assertThat(call("GET", "/api/v1/runs", null).is(200).body().has("items"))
                .isTrue();
        assertThat(call("GET", "/api/v1/overview", null).is(200).body().path("nodes"))
                .hasSize(1);
        assertThat(call("GET", "/api/v1/resources/nodes", null).is(200).body().path("items"))
                .hasSize(1);
    }

    @Test
    void aLoginLastsByItsRefreshTokenWhichIsGoodOnce() throws Exception {
        Map<String, String> who =
                Map.of("email", "ann@example.org", "password", "a long enough password", "name", "Ann");
        Answer registered = call("POST", "/api/v1/auth/register", who).is(201);
        call("POST", "/api/v1/auth/register", who).is(409);
        call("POST", "/api/v1/auth/register", Map.of("email", "x", "password", "short", "name", ""))
                .is(422);
        call("POST", "/api/v1/auth/login", Map.of("email", "ann@example.org", "password", "wrong"))
                .is(401);
        String refresh = registered.text("refreshToken");
        Answer fresh = call("POST", "/api/v1/auth/refresh", Map.of("refreshToken", refresh))
                .is(200);
        call("POST", "/api/v1/auth/refresh", Map.of("refreshToken", refresh)).is(401);
        call("POST", "/api/v1/auth/logout", Map.of("refreshToken", fresh.text("refreshToken")));
        call("POST", "/api/v1/auth/refresh", Map.of("refreshToken", fresh.text("refreshToken")))
                .is(401);
        assertThat(call("GET", "/api/v1/auth/me", null)
                        .is(200)
                        .body()
                        .path("user")
                        .path("email")
                        .asString())
                .isEqualTo("admin@trine.local");
    }

    @Test
    void anApiKeyDoesWhatItsScopesSayUntilItIsRevoked() throws Exception {
        Answer made = call("POST", "/api/v1/api-keys", Map.of("name", "k", "scopes", List.of("datasets:read")))
                .is(201);
        String key = made.text("secret");
        assertThat(call("GET", "/api/v1/api-keys", null).is(200).body().toString())
                .doesNotContain(key);
        String mine = token;
        try {
            token = key;
            call("GET", "/api/v1/datasets", null).is(200);
            assertThat(call("POST", "/api/v1/datasets", Map.of("name", "no"))
                            .is(403)
                            .text("code"))
                    .isEqualTo("PERMISSION_DENIED");
            token = mine;
            call("DELETE", "/api/v1/api-keys/" + made.text("id"), null).is(204);
            token = key;
            call("GET", "/api/v1/datasets", null).is(401);
        } finally {
            token = mine;
        }
    }

    @Test
    void organizationsAndProjectsAreMadeAndListed() throws Exception {
        String id = call("POST", "/api/v1/orgs", Map.of("name", "Acme")).is(201).text("id");
        call("POST", "/api/v1/orgs/" + id + "/projects", Map.of("name", "Vision", "slug", "vision-1"))
                .is(201);
        call("POST", "/api/v1/orgs/" + id + "/projects", Map.of("name", "Vision", "slug", "vision-1"))
                .is(409);
        call("POST", "/api/v1/orgs/" + id + "/projects", Map.of("name", "x", "slug", "Not A Slug"))
                .is(422);
        assertThat(call("GET", "/api/v1/orgs", null).is(200).body().toString()).contains("Acme");
        assertThat(call("GET", "/api/v1/orgs/" + id, null).is(200).text("name")).isEqualTo("Acme");
        assertThat(call("GET", "/api/v1/orgs/" + id + "/projects", null)
                        .is(200)
                        .body()
                        .toString())
                .contains("vision-1");
        assertThat(call("GET", "/api/v1/projects", null).is(200).body().toString())
                .contains("vision-1");
    }

    @Test
    void theVersionOfMlflowsWireIsTold() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SharedPlatform.port() + "/version"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.body()).matches("3\\.\\d+\\.\\d+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/get-artifact?run_id=none&path=x", "/model-versions/get-artifact?name=none&version=1&path=x"})
    void filesThatMlflowsPagesAskForAreLookedForBehindTheGateway(String path) throws Exception {
        assertThat(call("GET", path, null).is(404).body().path("error_code").asString())
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }
}
