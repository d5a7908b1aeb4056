package dev.trine.bench;

import dev.trine.cli.Api;
import dev.trine.cli.Polling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The platform on one machine: how soon it is up, what it takes, and how soon it starts what it is asked for. */
final class PlatformBench {

    private static final int STARTS = 3;
    private static final int JOBS = 7;
    private static final int DEPLOYMENTS = 5;
    /** Until what a start leaves to do is done: what is measured is an idle platform. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final Duration MOST_WAIT = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private PlatformBench() {}

    static void run(Path distribution) throws IOException, InterruptedException {
        var cold = new ArrayList<Double>();
        var warm = new ArrayList<Double>();
        var memory = new ArrayList<Double>();
        var starts = new ArrayList<Double>();
        var answers = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            Path home = Files.createTempDirectory("trine-bench");
            try (var platform = TrineProcess.up(distribution, home)) {
                cold.add(platform.readySeconds());
                Thread.sleep(SETTLE);
                memory.add(platform.pss() / 1e6);
            }
            try (var platform = TrineProcess.up(distribution, home)) {
                warm.add(platform.readySeconds());
                if (i == STARTS - 1) {
                    workloads(platform, starts, answers);
                }
            }
            Folders.delete(home);
        }
        Table.head("the platform, `trine up`", "what", "seen", "wanted", "runs");
        Table.row("ready on an empty home, s", Table.spread(cold, 1), "< 10", cold.size());
        Table.row("ready on a second start, s", Table.spread(warm, 1), "< 6", warm.size());
        Table.row("memory when idle, engines included (PSS), MB", Table.spread(memory, 0), "< 900", memory.size());
        Table.row("job sent → process started, ms", Table.spread(starts, 0), "< 500", starts.size());
        Table.row("service sent → first answer, s", Table.spread(answers, 2), "< 3", answers.size());
    }

    private static void workloads(TrineProcess platform, List<Double> starts, List<Double> answers)
            throws IOException, InterruptedException {
        try (Api api = platform.admin()) {
            var digits = Digits.uploaded(api);
            JsonNode last = null;
            for (int i = 0; i < JOBS; i++) {
                Instant sent = Instant.now();
                last = digits.ended(digits.submit(5));
                Instant started = Instant.parse(
                        last.path("attempts").path(0).path("startedAt").asString());
                starts.add(Duration.between(sent, started).toNanos() / 1e6);
            }
            if (last == null) {
                return;
            }
            digits.register(last);
            Api invoker = api.as(digits.key());
            Object row = new JsonMapper().readTree(GatewayBench.digit());
            for (int i = 0; i < DEPLOYMENTS; i++) {
                long begin = System.nanoTime();
                JsonNode service = digits.deploy("digits-" + i);
                awaitAnswer(invoker, service.path("url").asString() + "/v2/models/digits/infer", row);
                answers.add((System.nanoTime() - begin) / 1e9);
                digits.remove(service);
            }
        }
    }

    private static void awaitAnswer(Api invoker, String path, Object row) throws IOException, InterruptedException {
        var _ = Polling.until(MOST_WAIT, LOOK_AGAIN, () -> {
                    try {
                        return Optional.of(invoker.post(path, row));
                    } catch (RuntimeException notYet) {
                        return Optional.empty();
                    }
                })
                .orElseThrow(() -> new IOException("no answer at " + path));
    }
}
