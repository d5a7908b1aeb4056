package dev.trine.system;

import static dev.trine.system.Await.await;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A service whose model, small enough to write down, answers what it is asked. */
final class Serving {

    private static final String SERVICES = "/api/v1/inference/services/";

    private Serving() {}

    /** Registers the model and serves it by so many replicas; the service's id. */
    static String begin(Http http, int replicas) {
        String run = http.post(
                        "/api/2.0/mlflow/runs/create", Map.of("experiment_id", "0", "run_name", "r", "start_time", 1))
                .is(200)
                .json()
                .path("run")
                .path("info")
                .path("artifact_uri")
                .asString()
                .replace("mlflow-artifacts:/", "");
        http.put("/api/2.0/mlflow-artifacts/artifacts/" + run + "/model/model.onnx", Onnx.identity(2))
                .is(200);
        String runId = run.substring(0, run.lastIndexOf("/artifacts")).replaceAll(".*/", "");
        http.post("/api/v1/models", Map.of("name", "same")).is(201);
        http.post("/api/v1/models/same/versions", Map.of("runId", runId.startsWith("run_") ? runId : "run_" + runId))
                .is(201);
        String id = http.post(
                        "/api/v1/inference/services",
                        Map.of(
                                "name",
                                "same",
                                "replicas",
                                replicas,
                                "model",
                                Map.of("name", "same", "version", 1),
                                "resources",
                                Map.of("cpus", 0.5, "memoryBytes", 256 << 20)))
                .is(202)
                .text("id");
        http.awaitState(SERVICES + id, "READY");
        awaitAnswer(http);
        return id;
    }

    static void awaitAnswer(Http http) {
        await("an answer from the service")
                .ignoreException(UncheckedIOException.class)
                .until(() -> ask(http, List.of(1.5, 2.5)).status() == 200);
    }

    /** Asks the model for two numbers. */
    static Http.Answer ask(Http http, List<Double> numbers) {
        return http.post(
                "/serve/default/same/v2/models/same/infer",
                Map.of(
                        "inputs",
                        List.of(Map.of("name", "x", "datatype", "FP32", "shape", List.of(1, 2), "data", numbers))));
    }
}
