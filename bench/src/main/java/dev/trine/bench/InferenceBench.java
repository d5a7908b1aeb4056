package dev.trine.bench;

import dev.trine.cli.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the gateway adds to one row of the digits, against calling the model server directly. */
final class InferenceBench {

    private static final int RUNS = 5;
    private static final Duration TIME = Duration.ofSeconds(3);
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private InferenceBench() {}

    private record Pair(Load direct, Load through) {}

    static void run(Path distribution) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("trine-bench");
        try (var platform = TrineProcess.up(distribution, home);
                Api api = platform.admin()) {
            var digits = Digits.uploaded(api);
            digits.register(digits.ended(digits.submit(40)));
            JsonNode service = digits.deploy("digits");
            JsonNode ready = digits.await(
                    "/api/v1/inference/services/" + service.path("id").asString(),
                    seen -> seen.path("state").asString("").equals("READY"));
            String endpoint = ready.path("replicas").path(0).path("endpoint").asString();
            int replica = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
            measure(replica, platform.port(), ready.path("url").asString(), digits.key());
        }
        Folders.delete(home);
    }

    private static void measure(int replica, int gateway, String url, String key) throws InterruptedException {
        String path = "/v2/models/digits/infer";
        var headers = Map.of("Content-Type", "application/json", "Authorization", "Bearer " + key);
        var pair = new Pair(
                new Load(replica, Load.request("POST", path, headers, GatewayBench.digit())),
                new Load(gateway, Load.request("POST", url + path, headers, GatewayBench.digit())));
        pair.direct().closed(16, WARM_UP);
        double saturation = pair.through().closed(16, WARM_UP).perSecond();
        Table.head(
                "one row of the digits through the gateway of `trine up`, key checked",
                "load",
                "direct p50 ms",
                "direct p99 ms",
                "added p50 ms (wanted < 1)",
                "added p99 ms",
                "requests/s through the gateway");
        row(pair, "1 connection, closed loop", 1, 0);
        row(pair, "16 connections, closed loop", 16, 0);
        row(pair, "16 connections, %,.0f/s (half of saturation)".formatted(saturation / 2), 16, saturation / 2);
    }

    /** @param perSecond 0 for a closed loop */
    private static void row(Pair pair, String title, int connections, double perSecond) throws InterruptedException {
        List<Double> direct50 = new ArrayList<>();
        List<Double> direct99 = new ArrayList<>();
        List<Double> added50 = new ArrayList<>();
        List<Double> added99 = new ArrayList<>();
        List<Double> rate = new ArrayList<>();
        long refused = 0;
        for (int run = 0; run < RUNS; run++) {
            Load.Seen direct = load(pair.direct(), connections, perSecond);
            Load.Seen through = load(pair.through(), connections, perSecond);
            direct50.add(direct.p50Millis());
            direct99.add(direct.p99Millis());
            added50.add(through.p50Millis() - direct.p50Millis());
            added99.add(through.p99Millis() - direct.p99Millis());
            rate.add(through.perSecond());
            refused += direct.refused() + through.refused();
        }
        Table.row(
                title,
                Table.spread(direct50, 2),
                Table.spread(direct99, 2),
                Table.spread(added50, 2),
                Table.spread(added99, 2),
                Table.spread(rate, 0));
        if (refused > 0) {
            Table.note("%d requests were refused", refused);
        }
    }

    private static Load.Seen load(Load load, int connections, double perSecond) throws InterruptedException {
        return perSecond == 0 ? load.closed(connections, TIME) : load.paced(connections, perSecond, TIME);
    }
}
