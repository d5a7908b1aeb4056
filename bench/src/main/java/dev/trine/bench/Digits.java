package dev.trine.bench;

import dev.trine.cli.Api;
import dev.trine.cli.Polling;
import dev.trine.cli.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The main job on the handwritten digits, as far as a measurement needs it; through the public API alone. */
final class Digits {

    private static final Path DATA = Path.of("examples/digits/digits.csv.gz");
    private static final Duration MOST_WAIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Api api;

    private Digits(Api api) {
        this.api = api;
    }

    /** Uploads the data and splits it. */
    static Digits uploaded(Api api) {
        String upload = Upload.send(api, DATA, (sent, all) -> {});
        String id = api.post("/api/v1/datasets", Map.of("name", "digits"))
                .path("id")
                .asString();
        api.post("/api/v1/datasets/" + id + "/versions", Map.of("uploads", List.of(upload), "labelColumn", "label"));
        api.post(
                "/api/v1/datasets/" + id + "/versions/1/splits",
                Map.of(
                        "name",
                        "default",
                        "seed",
                        42,
                        "stratifyBy",
                        "label",
                        "parts",
                        Map.of("train", 0.8, "test", 0.2)));
        return new Digits(api);
    }

    /** Submits a training job; the answer is the job as it was taken. */
    JsonNode submit(int epochs) {
        var program = Map.of(
                "kind", "builtin",
                "algorithm", "logistic-regression",
                "params", Map.of("epochs", epochs, "seed", 7));
        return api.post(
                "/api/v1/training/jobs",
                Map.of(
                        "name",
                        "digits",
                        "program",
                        program,
                        "data",
                        Map.of("dataset", "digits", "version", 1, "split", "default")));
    }

    /** Waits for the end of a job. */
    JsonNode ended(JsonNode job) throws IOException, InterruptedException {
        JsonNode ended = await(
                "/api/v1/training/jobs/" + job.path("id").asString(),
                seen -> seen.path("endedAt").isString());
        if (!ended.path("state").asString("").equals("SUCCEEDED")) {
            throw new IOException("the training failed: " + ended);
        }
        return ended;
    }

    /** Registers a job's model as version 1 of {@code digits}. */
    void register(JsonNode job) {
        api.post("/api/v1/models", Map.of("name", "digits"));
        api.post(
                "/api/v1/models/digits/versions",
                Map.of("runId", job.path("runId").asString()));
    }

    /** Asks for one replica of the model. */
    JsonNode deploy(String service) {
        return api.post(
                "/api/v1/inference/services",
                Map.of("name", service, "model", Map.of("name", "digits", "version", 1), "replicas", 1));
    }

    void remove(JsonNode service) {
        api.delete("/api/v1/inference/services/" + service.path("id").asString());
    }

    /** A key that may call services. */
    String key() {
        return api.post("/api/v1/api-keys", Map.of("name", "bench", "scopes", List.of("inference:invoke")))
                .path("secret")
                .asString();
    }

    JsonNode await(String path, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        return Polling.until(
                        MOST_WAIT, LOOK_AGAIN, () -> Optional.of(api.get(path)).filter(wanted))
                .orElseThrow(() -> new IOException("waited too long for " + path));
    }
}
