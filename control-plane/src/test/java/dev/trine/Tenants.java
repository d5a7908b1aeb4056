package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Observation.Cause;
import dev.trine.shared.Ids;
import dev.trine.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole control plane with two tenants: Bob, who has one of everything, and Alice, who has nothing but a project. */
final class Tenants implements AutoCloseable {

    static final String MLFLOW = "/api/2.0/mlflow";
    private static final String PASSWORD = "a long enough password";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TABLE = "a,label\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n7,x\n8,y\n";

    final Copy copy;
    final Person alice;
    final Person bob;
    /** Only looks at what is Bob's. */
    final Person vera;
    /** Bob's, good for what no endpoint of the control plane asks for. */
    final String narrowKey;

    final String dataset;
    final String datasetUpload;
    final String upload;
    /** On MLflow's wire. */
    final String experiment;

    final String experimentId;
    /** To be deleted. */
    final String spareExperiment;

    final String deletedExperiment;
    final String spareRun;
    final String run;
    final String artifacts;
    final String loggedModel;
    final String trace = "tr-bobs-own-trace";
    final String assessment = "a-bobs-own-word";
    final String evaluationDataset;
    final String issue;
    final String webhook;
    final String wiredWebhook;
    /** To be deleted. */
    final String spareModel = "bobs-spare-model";

    final String job;
    final String workload;
    final String evaluation;
    final String service;
    final String replica;
    final String key;

    private final HttpClient http = HttpClient.newHttpClient();

    /** What is told of the trace. */
    Map<String, Object> traceInfo() {
        return Map.of(
                "trace_id", trace, "trace_location", Map.of("mlflow_experiment", Map.of("experiment_id", experiment)));
    }

    private static Map<String, Object> span() {
        return Map.of(
                "name",
                "s",
                "context",
                Map.of("trace_id", "0x" + "ab".repeat(16), "span_id", "0x" + "cd".repeat(8)),
                "start_time",
                1,
                "end_time",
                2,
                "status_code",
                "OK",
                "attributes",
                Map.of());
    }

    /** What is said of it. */
    Map<String, Object> said() {
        return Map.of("assessment_id", assessment, "assessment_name", "good", "feedback", Map.of("value", true));
    }

    /** Somebody, logged in; with the organization and the project that they founded. */
    record Person(String token, String organization, String project, String slug) {}

    Tenants(Path objects) throws InterruptedException {
        var node = new MemoryExecutor("a", 64);
        copy = new Copy(Schema.freshDatabase(), objects, node);
        alice = register("alice");
        bob = register("bob");
        vera = register("vera");
        copy.bean(JdbcClient.class)
                .sql("""
                        INSERT INTO memberships (organization_id, user_id, role, created_at)
                        SELECT :organization, id, 'VIEWER', now() FROM users WHERE email = 'vera@example.org'
                        """)
                .param("organization", Ids.parse("org", bob.organization()))
                .update();
        JsonNode made = bobs("POST", "/api/v1/api-keys", Map.of("name", "k", "scopes", List.of("inference:invoke")));
        key = made.path("id").asString();
        narrowKey = made.path("secret").asString();

        dataset = id(bobs("POST", "/api/v1/datasets", Map.of("name", "bobs-data")));
        datasetUpload = upload(TABLE);
        bobs(
                "POST",
                "/api/v1/datasets/" + dataset + "/versions",
                Map.of("uploads", List.of(datasetUpload), "labelColumn", "label"));
        bobs(
                "POST",
                "/api/v1/datasets/" + dataset + "/versions/1/splits",
                Map.of("name", "s", "seed", 1, "parts", Map.of("train", 0.5, "test", 0.5)));
        upload = upload("");

        experiment = bobs("POST", MLFLOW + "/experiments/create", Map.of("name", "bobs-experiment"))
                .path("experiment_id")
                .asString();
        experimentId = bobs("GET", "/api/v1/experiments", null)
                .path("items")
                .path(0)
                .path("id")
                .asString();
        spareExperiment = bobs("POST", MLFLOW + "/experiments/create", Map.of("name", "bobs-spare"))
                .path("experiment_id")
                .asString();
        deletedExperiment = bobs("POST", MLFLOW + "/experiments/create", Map.of("name", "bobs-deleted"))
                .path("experiment_id")
                .asString();
        bobs("POST", MLFLOW + "/experiments/delete", Map.of("experiment_id", deletedExperiment));
        bobs(
                "POST",
                MLFLOW + "/experiments/set-experiment-tag",
                Map.of("experiment_id", experiment, "key", "colour", "value", "red"));
        spareRun = bobs("POST", MLFLOW + "/runs/create", Map.of("experiment_id", experiment, "run_name", "spare"))
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        run = bobs("POST", MLFLOW + "/runs/create", Map.of("experiment_id", experiment, "run_name", "r"))
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        bobs("POST", MLFLOW + "/runs/set-tag", Map.of("run_id", run, "key", "colour", "value", "red"));
        artifacts = experiment + "/" + run + "/artifacts";
        bobs("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + artifacts + "/model/model.onnx", "no model");
        bobs("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + artifacts + "/model.onnx", "no model");
        bobs("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + artifacts + "/spare/model.onnx", "to be deleted");
        loggedModel = bobs("POST", MLFLOW + "/logged-models", Map.of("experiment_id", experiment, "source_run_id", run))
                .path("model")
                .path("info")
                .path("model_id")
                .asString();
        String traces = "/api/3.0/mlflow/traces";
        bobs("POST", traces, Map.of("trace", Map.of("trace_info", traceInfo())));
        bobs("POST", traces + "/" + trace + "/assessments", Map.of("assessment", said()));
        String ofExperiment = "/api/2.0/mlflow-artifacts/artifacts/" + experiment;
        bobs("PUT", ofExperiment + "/traces/" + trace + "/artifacts/traces.json", Map.of("spans", List.of(span())));
        bobs("PUT", ofExperiment + "/models/" + loggedModel + "/artifacts/MLmodel", "no model");
        evaluationDataset = bobs(
                        "POST",
                        "/api/3.0/mlflow/datasets/create",
                        Map.of("name", "bobs-questions", "experiment_ids", List.of(experiment)))
                .path("dataset")
                .path("dataset_id")
                .asString();
        bobs(
                "POST",
                "/api/3.0/mlflow/scorers/register",
                Map.of("experiment_id", experiment, "name", "bobs-scorer", "serialized_scorer", "{}"));
        issue = bobs(
                        "POST",
                        "/api/3.0/mlflow/issues",
                        Map.of("experiment_id", experiment, "name", "slow", "description", "it takes long"))
                .path("issue")
                .path("issue_id")
                .asString();
        Map<String, Object> hook =
                Map.of("name", "w", "url", "https://localhost/", "events", List.of("PROMPT_CREATED"));
        webhook = id(bobs("POST", "/api/v1/webhooks", hook));
        wiredWebhook = id(bobs("POST", "/api/v1/webhooks", hook));
        bobs("POST", "/api/v1/models", Map.of("name", "bobs-model"));
        bobs("POST", "/api/v1/models/bobs-model/versions", Map.of("runId", "run_" + run));
        bobs("POST", "/api/v1/models/bobs-model/versions", Map.of("runId", "run_" + run));
        bobs("POST", "/api/v1/models", Map.of("name", spareModel));
        bobs("PUT", "/api/v1/models/bobs-model/aliases/champion", Map.of("version", 1));

        job = id(bobs(
                "POST",
                "/api/v1/training/jobs",
                Map.of("name", "j", "program", Map.of("kind", "command", "command", List.of("true")))));
        node.next().end(Cause.COMPLETED);
        awaitEnd("/api/v1/training/jobs/" + job);
        workload = bobs("GET", "/api/v1/training/jobs/" + job, null)
                .path("workloadId")
                .asString();
        evaluation = id(bobs(
                "POST",
                "/api/v1/evaluation/jobs",
                Map.of("model", Map.of("name", "bobs-model", "version", 1), "data", Map.of("dataset", dataset))));
        node.next();
        service = id(bobs(
                "POST",
                "/api/v1/inference/services",
                Map.of("name", "bobs-service", "model", Map.of("name", "bobs-model", "version", 1))));
        node.next();
        replica = bobs("GET", "/api/v1/inference/services/" + service, null)
                .path("replicas")
                .path(0)
                .path("id")
                .asString();
    }

    private void awaitEnd(String path) {
        Await.await(path)
                .until(() -> bobs("GET", path, null).path("state").asString().equals("SUCCEEDED"));
    }

    private static String id(JsonNode made) {
        return made.path("id").asString();
    }

    private Person register(String name) {
        JsonNode session = body(send(
                "POST",
                "/api/v1/auth/register",
                Map.of("email", name + "@example.org", "password", PASSWORD, "name", name),
                Map.of("Content-Type", "application/json")));
        String token = session.path("accessToken").asString();
        JsonNode founded = body(send("GET", "/api/v1/auth/me", null, Map.of("Authorization", "Bearer " + token)))
                .path("memberships")
                .path(0);
        JsonNode project = founded.path("projects").path(0);
        return new Person(
                token,
                founded.path("organization").path("id").asString(),
                project.path("id").asString(),
                project.path("slug").asString());
    }

    /** A completed upload of these bytes; of no bytes, one that still waits for its single one. */
    private String upload(String bytes) {
        HttpResponse<String> made = send(
                "POST",
                "/api/v1/uploads",
                bytes.isEmpty() ? null : bytes,
                Map.of(
                        "Authorization",
                        "Bearer " + bob.token(),
                        "X-Trine-Project",
                        bob.project(),
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Length",
                        Integer.toString(Math.max(1, bytes.length())),
                        "Upload-Metadata",
                        "filename " + Base64.getEncoder().encodeToString("t.csv".getBytes(StandardCharsets.UTF_8)),
                        "Content-Type",
                        "application/offset+octet-stream"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String location = made.headers().firstValue("Location").orElseThrow();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private JsonNode bobs(String method, String path, @Nullable Object body) {
        return body(sendAs(bob, method, path, body));
    }

    /** Somebody's request in their own project. */
    HttpResponse<String> sendAs(Person who, String method, String path, @Nullable Object body) {
        return send(
                method,
                path,
                body,
                Map.of(
                        "Authorization",
                        "Bearer " + who.token(),
                        "X-Trine-Project",
                        who.project(),
                        "Content-Type",
                        "application/json"));
    }

    static JsonNode body(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.uri() + " " + answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }

    /** @param body text as it is, anything else as JSON */
    HttpResponse<String> send(String method, String path, @Nullable Object body, Map<String, String> headers) {
        return sent(method, path, body, headers, BodyHandlers.ofString());
    }

    /** The same for an answer that may never end: its status only. */
    int status(String method, String path, @Nullable Object body, Map<String, String> headers) {
        HttpResponse<InputStream> answer = sent(method, path, body, headers, BodyHandlers.ofInputStream());
        try (InputStream _ = answer.body()) {
            return answer.statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a refusal; of any other answer, which may never end, the empty one. */
    Refused refusal(String method, String path, @Nullable Object body, Map<String, String> headers) {
        HttpResponse<InputStream> answer = sent(method, path, body, headers, BodyHandlers.ofInputStream());
        try (InputStream bytes = answer.body()) {
            String text = answer.statusCode() < 400 ? "" : new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            return new Refused(
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(""),
                    text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What may be a refusal, if its status says so. */
    record Refused(int status, String contentType, String text) {}

    private <T> HttpResponse<T> sent(
            String method,
            String path,
            @Nullable Object body,
            Map<String, String> headers,
            HttpResponse.BodyHandler<T> handler) {
        HttpRequest.Builder request = HttpRequest.newBuilder(copy.at(path))
                .timeout(Await.DEADLINE)
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(
                                        body instanceof String text ? text : JSON.writeValueAsString(body)));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        copy.close();
    }
}
