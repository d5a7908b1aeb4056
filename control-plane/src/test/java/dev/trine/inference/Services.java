package dev.trine.inference;

import dev.trine.Copy;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Services to try things with, of a model that nobody loads. */
final class Services {

    private static final String MLFLOW = "/api/2.0/mlflow";

    private Services() {}

    /** Deploys a service of so many replicas; its id. */
    static String deploy(Copy copy, int replicas) {
        JsonNode run = copy.post(MLFLOW + "/runs/create", Map.of("experiment_id", "0", "run_name", "r"))
                .is(200)
                .body()
                .path("run")
                .path("info");
        String artifacts = run.path("artifact_uri")
                .asString()
                .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
        copy.put(artifacts + "/model/model.onnx", "no model").is(200);
        copy.post("/api/v1/models", Map.of("name", "m")).is(201);
        copy.post(
                        "/api/v1/models/m/versions",
                        Map.of("runId", "run_" + run.path("run_id").asString()))
                .is(201);
        return copy.post(
                        "/api/v1/inference/services",
                        Map.of("name", "s", "replicas", replicas, "model", Map.of("name", "m", "version", 1)))
                .is(202)
                .text("id");
    }
}
