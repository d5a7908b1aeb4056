package dev.trine.launcher;

import dev.trine.cli.Api;
import dev.trine.cli.LogStream;
import dev.trine.cli.Polling;
import dev.trine.cli.Upload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The whole way of a model, through the public API alone: what {@code make demo} shows. */
final class MainJob {

    private static final double WANTED_ACCURACY = 0.95;
    private static final int WARM_UP = 50;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
    private static final Duration MOST_WAIT = Duration.ofMinutes(2);

    private final Api server;
    private final String adminPassword;
    private final Path examples;
    private final @Nullable String python;
    private final String stamp = Long.toString(System.currentTimeMillis(), 36);
    private long stepBegan;

    MainJob(Api server, String adminPassword, Path examples, @Nullable String python) {
        this.server = server;
        this.adminPassword = adminPassword;
        this.examples = examples;
        this.python = python;
    }

    private record Pushed(String dataset, int version, String versionId) {}

    void run() throws IOException, InterruptedException {
        begin();
        Api api = project();
        begin();
        Pushed data = dataset(api);
        begin();
        JsonNode job = train(api, data);
        begin();
        double accuracy = evaluate(api, job, data);
        begin();
        int version = register(api, job, data);
        begin();
        serve(api, version, data, accuracy);
        begin();
        script(api, data);
    }

    private void begin() {
        stepBegan = System.nanoTime();
    }

    private void done(int step, String what) {
        System.out.printf(Locale.ROOT, "[%d/7] %s (%.1f s)%n", step, what, (System.nanoTime() - stepBegan) / 1e9);
        System.out.flush();
    }

    private Api project() {
        JsonNode login =
                server.post("/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", adminPassword));
        Api api = server.as(login.path("accessToken").asString());
        JsonNode organization = api.post("/api/v1/orgs", Map.of("name", "Digits " + stamp));
        JsonNode project = api.post(
                "/api/v1/orgs/" + organization.path("id").asString() + "/projects", Map.of("name", "digits-" + stamp));
        done(
                1,
                "logged in; organization '%s', project '%s'"
                        .formatted(
                                organization.path("name").asString(),
                                project.path("slug").asString()));
        return api.in(project.path("slug").asString());
    }

    private Pushed dataset(Api api) {
        String upload = Upload.send(api, examples.resolve("digits.csv.gz"), (sent, all) -> {});
        String id = api.post("/api/v1/datasets", Map.of("name", "digits", "description", "UCI handwritten digits"))
                .path("id")
                .asString();
        JsonNode version = api.post(
                "/api/v1/datasets/" + id + "/versions", Map.of("uploads", List.of(upload), "labelColumn", "label"));
        int number = version.path("number").asInt();
        JsonNode split = api.post(
                "/api/v1/datasets/%s/versions/%d/splits".formatted(id, number),
                Map.of(
                        "name",
                        "default",
                        "seed",
                        42,
                        "stratifyBy",
                        "label",
                        "parts",
                        Map.of("train", 0.8, "test", 0.2)));
        var parts = new ArrayList<String>();
        split.path("parts")
                .forEach(part -> parts.add(
                        part.path("rowCount").asLong() + " " + part.path("name").asString()));
        done(
                2,
                "dataset digits version %d: %d rows, %d columns, digest %.12s…; split by seed 42: %s"
                        .formatted(
                                number,
                                version.path("rowCount").asLong(),
                                version.path("schema").size(),
                                version.path("digest").asString(),
                                String.join(", ", parts.stream().sorted().toList())));
        return new Pushed("digits", number, version.path("id").asString());
    }

    private JsonNode train(Api api, Pushed data) {
        JsonNode job = api.post(
                "/api/v1/training/jobs",
                Map.of(
                        "name", "digits",
                        "program",
                                Map.of(
                                        "kind",
                                        "builtin",
                                        "algorithm",
                                        "logistic-regression",
                                        "params",
                                        Map.of("epochs", 40, "seed", 7)),
                        "data", Map.of("dataset", data.dataset(), "version", data.version(), "split", "default")));
        JsonNode ended = follow(api, job, "      | ");
        JsonNode metrics =
                api.get("/api/v1/runs/" + ended.path("runId").asString()).path("metrics");
        done(
                3,
                "training %s on node %s: %s; %d metrics in run %s, train loss %.4f"
                        .formatted(
                                ended.path("id").asString(),
                                ended.path("attempts").path(0).path("node").asString("-"),
                                ended.path("state").asString(),
                                metrics.size(),
                                ended.path("runId").asString(),
                                metrics.path("train_loss").path("value").asDouble()));
        return ended;
    }

    /** Shows a job's live log, and fails the demo if the job fails. */
    private static JsonNode follow(Api api, JsonNode job, String margin) {
        String path = "/api/v1/training/jobs/" + job.path("id").asString();
        LogStream.follow(
                api,
                path + "/logs/stream",
                (stream, text) -> text.lines()
                        .filter(line -> stream.equals("stdout"))
                        .filter(line -> !line.startsWith("epoch ") || line.contains("0/"))
                        .forEach(line -> System.out.println(margin + line)));
        JsonNode ended = api.get(path);
        require(
                ended.path("state").asString("").equals("SUCCEEDED"),
                "the training job is %s: %s".formatted(ended.path("state").asString(), ended.path("reason")));
        return ended;
    }

    private double evaluate(Api api, JsonNode job, Pushed data) throws InterruptedException {
        JsonNode submitted = api.post(
                "/api/v1/evaluation/jobs",
                Map.of(
                        "model", Map.of("runId", job.path("runId").asString()),
                        "data",
                                Map.of(
                                        "dataset",
                                        data.dataset(),
                                        "version",
                                        data.version(),
                                        "split",
                                        "default",
                                        "part",
                                        "test")));
        JsonNode ended = await(
                api,
                "/api/v1/evaluation/jobs/" + submitted.path("id").asString(),
                List.of("QUEUED", "STARTING", "RUNNING"));
        require(ended.path("state").asString("").equals("SUCCEEDED"), "the evaluation failed: " + ended.path("reason"));
        JsonNode report = ended.path("report");
        double accuracy = report.path("accuracy").asDouble();
        done(
                4,
                "evaluation on %d test rows: accuracy %.4f, macro F1 %.4f, %d classes"
                        .formatted(
                                report.path("rows").asLong(),
                                accuracy,
                                report.path("macroF1").asDouble(),
                                report.path("classes").size()));
        require(accuracy >= WANTED_ACCURACY, "the accuracy is below " + WANTED_ACCURACY);
        return accuracy;
    }

    private int register(Api api, JsonNode job, Pushed data) {
        api.post("/api/v1/models", Map.of("name", "digits"));
        JsonNode version = api.post(
                "/api/v1/models/digits/versions",
                Map.of("runId", job.path("runId").asString(), "datasetVersionId", data.versionId()));
        int number = version.path("version").asInt();
        JsonNode aliased = api.put("/api/v1/models/digits/aliases/champion", Map.of("version", number));
        done(
                5,
                "model digits version %d %s, digest %.12s…, from %s and %s"
                        .formatted(
                                number,
                                aliased.path("aliases"),
                                version.path("digest").asString(),
                                version.path("runId").asString(),
                                version.path("datasetVersionId").asString()));
        return number;
    }

    private void serve(Api api, int version, Pushed data, double accuracy) throws IOException, InterruptedException {
        String key = api.post("/api/v1/api-keys", Map.of("name", "demo", "scopes", List.of("inference:invoke")))
                .path("secret")
                .asString();
        long deployed = System.nanoTime();
        JsonNode service = api.post(
                "/api/v1/inference/services",
                Map.of("name", "digits", "model", Map.of("name", "digits", "alias", "champion"), "replicas", 1));
        JsonNode ready =
                await(api, "/api/v1/inference/services/" + service.path("id").asString(), List.of("DEPLOYING"));
        require(ready.path("state").asString("").equals("READY"), "the service is not ready: " + ready.path("reason"));
        String path = ready.path("url").asString() + "/v2/models/digits/infer";
        List<String[]> rows = testRows(api, data);
        Api invoker = server.as(key);
        awaitRoute(invoker, path, rows.getFirst());
        double readyAfter = (System.nanoTime() - deployed) / 1e9;
        for (int i = 0; i < WARM_UP; i++) {
            predict(invoker, path, rows.get(i));
        }
        long[] nanos = new long[rows.size()];
        int right = 0;
        for (int i = 0; i < rows.size(); i++) {
            long begin = System.nanoTime();
            String label = predict(invoker, path, rows.get(i));
            nanos[i] = System.nanoTime() - begin;
            if (label.equals(rows.get(i)[rows.get(i).length - 1])) {
                right++;
            }
        }
        Arrays.sort(nanos);
        double served = (double) right / rows.size();
        done(
                6,
                "service digits (version %d) answered %.1f s after deploy; %d rows: accuracy %.4f, p50 %.2f ms, p99 %.2f ms"
                        .formatted(
                                version,
                                readyAfter,
                                rows.size(),
                                served,
                                nanos[nanos.length / 2] / 1e6,
                                nanos[nanos.length * 99 / 100] / 1e6));
        require(Math.abs(served - accuracy) < 1e-12, "the served accuracy differs from the evaluation's");
    }

    /** The gateway hears of a ready replica a moment after the control plane knows. */
    private static void awaitRoute(Api invoker, String path, String[] row) throws InterruptedException {
        var last = new AtomicReference<RuntimeException>();
        Optional<String> answer = Polling.until(MOST_WAIT, LOOK_AGAIN, () -> {
            try {
                return Optional.of(predict(invoker, path, row));
            } catch (RuntimeException notYet) {
                last.set(notYet);
                return Optional.empty();
            }
        });
        if (answer.isEmpty()) {
            throw Objects.requireNonNull(last.get());
        }
    }

    private static List<String[]> testRows(Api api, Pushed data) throws IOException {
        String id = "";
        for (JsonNode dataset : api.get("/api/v1/datasets").path("items")) {
            id = dataset.path("id").asString();
        }
        var rows = new ArrayList<String[]>();
        try (var lines = new BufferedReader(new InputStreamReader(
                api.stream("/api/v1/datasets/%s/versions/%d/splits/default/parts/test".formatted(id, data.version())),
                StandardCharsets.UTF_8))) {
            lines.lines().skip(1).forEach(line -> rows.add(line.split(",", -1)));
        }
        return rows;
    }

    /** The class of the greatest probability; the digits' classes are their own positions. */
    private static String predict(Api invoker, String path, String[] row) {
        var pixels = new ArrayList<Double>();
        for (int i = 0; i < row.length - 1; i++) {
            pixels.add(Double.valueOf(row[i]));
        }
        JsonNode answer = invoker.post(
                path,
                Map.of(
                        "inputs",
                        List.of(Map.of(
                                "name",
                                "input",
                                "datatype",
                                "FP32",
                                "shape",
                                List.of(1, pixels.size()),
                                "data",
                                pixels))));
        JsonNode probabilities = answer.path("outputs").path(0).path("data");
        int best = 0;
        for (int i = 1; i < probabilities.size(); i++) {
            if (probabilities.get(i).asDouble() > probabilities.get(best).asDouble()) {
                best = i;
            }
        }
        return Integer.toString(best);
    }

    private void script(Api api, Pushed data) throws IOException, InterruptedException {
        String executable = python == null || python.isBlank() ? "python3" : python;
        if (!hasPackages(executable)) {
            done(7, "skipped: %s has no scikit-learn and mlflow (make interop installs them)".formatted(executable));
            return;
        }
        String code = Upload.send(api, examples.resolve("train.py"), (sent, all) -> {});
        var program = new HashMap<String, Object>();
        program.put("kind", "command");
        program.put("command", List.of("/bin/sh", "-c", "exec '" + executable + "' \"$TRINE_INPUTS/code/train.py\""));
        program.put("code", List.of(code));
        JsonNode job = api.post(
                "/api/v1/training/jobs",
                Map.of(
                        "name",
                        "digits-sklearn",
                        "program",
                        program,
                        "data",
                        Map.of("dataset", data.dataset(), "version", data.version(), "split", "default")));
        JsonNode ended = follow(api, job, "      | ");
        JsonNode run = api.get("/api/v1/runs/" + ended.path("runId").asString());
        done(
                7,
                "train.py (scikit-learn, mlflow) %s: run %s has params %s and accuracy %.4f"
                        .formatted(
                                ended.path("state").asString(),
                                run.path("id").asString(),
                                run.path("params"),
                                run.path("metrics")
                                        .path("accuracy")
                                        .path("value")
                                        .asDouble()));
    }

    private static boolean hasPackages(String executable) throws InterruptedException {
        try {
            Process probe = new ProcessBuilder(executable, "-c", "import sklearn, mlflow")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return probe.waitFor(60, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Looks until the state is none of {@code passing}. */
    private static JsonNode await(Api api, String path, List<String> passing) throws InterruptedException {
        return Polling.until(
                        MOST_WAIT,
                        LOOK_AGAIN,
                        () -> Optional.of(api.get(path))
                                .filter(seen ->
                                        !passing.contains(seen.path("state").asString(""))))
                .orElseThrow(() -> new IllegalStateException("%s is still %s".formatted(path, passing)));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
