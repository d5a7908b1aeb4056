package dev.trine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tracking on MLflow's wire beside MLflow's own server, in turns: the same requests from four threads, both on the same PostgreSQL
 * with the same settings. {@code TRINE_BENCH_MLFLOW} names a Python that has {@code mlflow} and {@code psycopg2-binary}.
 */
final class TrackingBench {

    private static final int THREADS = 4;
    private static final int SEEDED = 2_000;
    private static final int SEARCHES = 15;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration TIME = Duration.ofSeconds(8);
    private static final int RUNS = 3;
    private static final String MLFLOW = "/api/2.0/mlflow/";

    private TrackingBench() {}

    /** One of the two: where it listens, and what it wants to be told with each call. */
    private record Server(String name, int port, Map<String, String> headers) {

        Calls calls() throws IOException {
            return new Calls(port, headers);
        }
    }

    /** What one thread does again and again. */
    @FunctionalInterface
    private interface Work {

        void once(Calls calls, int thread, long turn) throws IOException;
    }

    static void run(Path distribution) throws IOException, InterruptedException {
        String python = System.getenv("TRINE_BENCH_MLFLOW");
        if (python == null) {
            Table.note("TRINE_BENCH_MLFLOW names no Python with mlflow, so tracking is not measured");
            return;
        }
        Path home = Files.createTempDirectory("trine-bench");
        try (var platform = TrineProcess.up(distribution, home);
                var api = platform.admin();
                var mlflow = MlflowServer.start(python, home)) {
            String key = api.post("/api/v1/api-keys", Map.of("name", "bench", "scopes", List.of("*")))
                    .path("secret")
                    .asString();
            var ours = new Server(
                    "Trine",
                    platform.port(),
                    Map.of("Content-Type", "application/json", "Authorization", "Bearer " + key));
            var theirs = new Server("MLflow", mlflow.port(), Map.of("Content-Type", "application/json"));
            measure(List.of(theirs, ours));
        }
        Folders.delete(home);
    }

    private static void measure(List<Server> servers) throws IOException, InterruptedException {
        Table.head(
                "tracking from %d threads; both with 2 cores and the same PostgreSQL".formatted(THREADS),
                "what",
                servers.getFirst().name(),
                servers.getLast().name(),
                "ratio");
        List<String> experiments = new ArrayList<>();
        List<String> runs = new ArrayList<>();
        for (Server server : servers) {
            try (Calls calls = server.calls()) {
                experiments.add(
                        text(calls.post(MLFLOW + "experiments/create", "{\"name\": \"bench\"}"), "experiment_id"));
                runs.add(run(calls, experiments.getLast(), "batches"));
            }
        }
        row(
                "runs with 3 metrics and 2 params, 6 calls each, a second",
                servers,
                (server, at) -> rate(server, (calls, thread, turn) -> {
                    String run = run(calls, experiments.get(at), "r" + turn);
                    for (int i = 0; i < 3; i++) {
                        calls.post(
                                MLFLOW + "runs/log-metric",
                                "{\"run_id\": \"%s\", \"key\": \"m%d\", \"value\": 0.5, \"timestamp\": %d, \"step\": 0}"
                                        .formatted(run, i, turn));
                    }
                    for (int i = 0; i < 2; i++) {
                        calls.post(
                                MLFLOW + "runs/log-parameter",
                                "{\"run_id\": \"%s\", \"key\": \"p%d\", \"value\": \"%d\"}".formatted(run, i, turn));
                    }
                }));
        for (int points : new int[] {10, 500}) {
            row(
                    "metrics a second in batches of " + points,
                    servers,
                    (server, at) -> points
                            * rate(
                                    server,
                                    (calls, thread, turn) -> calls.post(
                                            MLFLOW + "runs/log-batch", batch(runs.get(at), thread, turn, points))));
        }
        for (int at = 0; at < servers.size(); at++) {
            seed(servers.get(at), experiments.get(at));
        }
        for (int found : new int[] {100, 1_000}) {
            row(
                    "milliseconds for %d of %d runs by a metric and a param, ordered by a metric"
                            .formatted(found, SEEDED),
                    servers,
                    (server, at) -> search(server, experiments.get(at), found));
        }
    }

    @FunctionalInterface
    private interface Measured {

        double of(Server server, int at) throws IOException, InterruptedException;
    }

    private static void row(String what, List<Server> servers, Measured measured)
            throws IOException, InterruptedException {
        List<List<Double>> seen = List.of(new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < RUNS; round++) {
            for (int at = 0; at < servers.size(); at++) {
                seen.get(at).add(measured.of(servers.get(at), at));
            }
        }
        double theirs = Table.median(seen.getFirst());
        double ours = Table.median(seen.getLast());
        Table.row(
                what,
                Table.spread(seen.getFirst(), 1),
                Table.spread(seen.getLast(), 1),
                Table.number(what.startsWith("milliseconds") ? theirs / ours : ours / theirs, 1));
    }

    /** How often a second all threads together do it. */
    private static double rate(Server server, Work work) throws IOException, InterruptedException {
        turns(server, work, WARM_UP);
        return turns(server, work, TIME) / (TIME.toMillis() / 1e3);
    }

    private static double turns(Server server, Work work, Duration time) throws IOException, InterruptedException {
        long[] turns = new long[THREADS];
        var failures = new ArrayList<IOException>();
        List<Thread> threads = IntStream.range(0, THREADS)
                .mapToObj(thread -> Thread.ofPlatform().start(() -> {
                    long begin = System.nanoTime();
                    try (Calls calls = server.calls()) {
                        while (System.nanoTime() - begin < time.toNanos()) {
                            work.once(calls, thread, begin + turns[thread]);
                            turns[thread]++;
                        }
                    } catch (IOException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return Arrays.stream(turns).sum();
    }

    private static String run(Calls calls, String experiment, String name) throws IOException {
        return text(
                calls.post(
                        MLFLOW + "runs/create",
                        "{\"experiment_id\": \"%s\", \"run_name\": \"%s\", \"start_time\": 1}"
                                .formatted(experiment, name)),
                "run_id");
    }

    private static String batch(String run, int thread, long turn, int points) {
        return IntStream.range(0, points)
                .mapToObj(point -> "{\"key\": \"t%d/m%d\", \"value\": %s, \"timestamp\": %d, \"step\": %d}"
                        .formatted(thread, point % 10, (turn + point) % 1_000 / 1e3, turn, turn + point / 10))
                .collect(Collectors.joining(", ", "{\"run_id\": \"" + run + "\", \"metrics\": [", "]}"));
    }

    private static void seed(Server server, String experiment) throws IOException, InterruptedException {
        var failures = new ArrayList<IOException>();
        List<Thread> threads = IntStream.range(0, THREADS)
                .mapToObj(thread -> Thread.ofPlatform().start(() -> {
                    try (Calls calls = server.calls()) {
                        for (int i = thread; i < SEEDED; i += THREADS) {
                            calls.post(MLFLOW + "runs/log-batch", seeded(run(calls, experiment, "s" + i), i));
                        }
                    } catch (IOException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /** Five metrics and five params; a run that is found has the param {@code found}. */
    private static String seeded(String run, int number) {
        String metrics = IntStream.range(0, 5)
                .mapToObj(i -> "{\"key\": \"s%d\", \"value\": %s, \"timestamp\": 1, \"step\": 0}"
                        .formatted(i, (number * 7 + i) % SEEDED / (double) SEEDED))
                .collect(Collectors.joining(", "));
        String params = IntStream.range(0, 5)
                .mapToObj(i -> "{\"key\": \"q%d\", \"value\": \"%d\"}".formatted(i, number % (i + 2)))
                .collect(Collectors.joining(", "));
        return "{\"run_id\": \"%s\", \"metrics\": [%s], \"params\": [%s]}".formatted(run, metrics, params);
    }

    /** The median of several searches by one thread. */
    private static double search(Server server, String experiment, int found) throws IOException {
        String body = """
                {"experiment_ids": ["%s"], "filter": "metrics.s0 >= 0 and params.q0 != 'none'", "max_results": %d,
                 "order_by": ["metrics.s1 DESC"]}""".formatted(experiment, found);
        List<Double> millis = new ArrayList<>();
        try (Calls calls = server.calls()) {
            for (int i = 0; i < SEARCHES; i++) {
                long begin = System.nanoTime();
                calls.post(MLFLOW + "runs/search", body);
                millis.add((System.nanoTime() - begin) / 1e6);
            }
        }
        return Table.median(millis);
    }

    /** A member's text in an answer; both write ids without anything to escape. */
    private static String text(String json, String member) {
        int at = json.indexOf('"', json.indexOf(':', json.indexOf("\"" + member + "\""))) + 1;
        return json.substring(at, json.indexOf('"', at));
    }
}
