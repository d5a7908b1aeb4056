package dev.trine.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our gateway beside nginx and HAProxy: the same upstream, the same load, one after the other, again and again. */
final class GatewayBench {

    private static final int CONNECTIONS = 64;
    private static final int RUNS = 3;
    private static final int STREAMS = 16;
    private static final int IDLE = 10_000;
    private static final int LARGE_BODY = 220_000;
    private static final Duration TIME = Duration.ofSeconds(4);
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final String PATH = "/serve/bench/digits/v2/models/digits/infer";
    private static final String EVENTS = "/serve/bench/events/v1/stream";
    private static final Map<String, String> HEADERS =
            Map.of("Authorization", "Bearer " + Upstreams.KEY, "Content-Type", "application/json");

    private final Path folder;
    private final Peer upstream;
    private final List<Peer> peers;

    private GatewayBench(Path folder, Peer upstream, List<Peer> peers) {
        this.folder = folder;
        this.upstream = upstream;
        this.peers = peers;
    }

    static void run(Path distribution) throws IOException, InterruptedException {
        if (!has("nginx") || !has("wrk")) {
            Table.note("gateway: skipped, it needs nginx and wrk (and takes HAProxy along where it is installed)");
            return;
        }
        Path folder = Files.createTempDirectory("trine-bench");
        var peers = new ArrayList<Peer>();
        try (Peer upstream = Peer.fixedAnswer(folder);
                Upstreams others = Upstreams.start(upstream.port())) {
            peers.add(Peer.nginx(folder, upstream.port(), others.eventsPort()));
            if (has("haproxy")) {
                peers.add(Peer.haproxy(folder, upstream.port(), others.eventsPort()));
            }
            peers.add(Peer.trine(folder, distribution, others.controlPlanePort()));
            for (Peer peer : peers) {
                peer.awaitAnswer(PATH, Upstreams.KEY);
            }
            var bench = new GatewayBench(folder, upstream, peers);
            bench.saturated("64 connections, closed loop, a digit of 64 pixels", digit());
            bench.halfLoaded();
            bench.saturated("64 connections, closed loop, a body of 220 KB", new byte[LARGE_BODY]);
            bench.events();
            bench.idle();
        } finally {
            peers.forEach(Peer::close);
            Folders.delete(folder);
        }
    }

    private static boolean has(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin";
        return List.of(path.split(":", -1)).stream().anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /** A request for one row of the digits, as a client sends it. */
    static byte[] digit() {
        var pixels = new StringBuilder();
        for (int i = 0; i < 64; i++) {
            pixels.append(i == 0 ? "" : ",").append(i % 17).append(".0");
        }
        return """
                {"inputs":[{"name":"input","datatype":"FP32","shape":[1,64],"data":[%s]}]}""".formatted(pixels).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private void saturated(String title, byte[] body) throws IOException, InterruptedException {
        var rates = new Figures();
        var perCpu = new Figures();
        var p50 = new Figures();
        var p99 = new Figures();
        var failures = new Figures();
        Wrk.run(folder, peers.getLast().port(), "POST", PATH, HEADERS, body, CONNECTIONS, WARM_UP);
        for (int run = 0; run < RUNS; run++) {
            for (Peer peer : peers) {
                double before = peer.process().cpuSeconds();
                Wrk.Seen seen = Wrk.run(folder, peer.port(), "POST", PATH, HEADERS, body, CONNECTIONS, TIME);
                double used = peer.process().cpuSeconds() - before;
                rates.add(peer, seen.perSecond());
                perCpu.add(peer, seen.requests() / used);
                p50.add(peer, seen.p50Millis());
                p99.add(peer, seen.p99Millis());
                failures.add(peer, (double) seen.failures());
            }
        }
        Table.head(title, "proxy", "requests/s", "requests per CPU second", "of nginx's", "p50 ms", "p99 ms", "failed");
        for (Peer peer : peers) {
            Table.row(
                    peer.name(),
                    Table.spread(rates.of(peer), 0),
                    Table.spread(perCpu.of(peer), 0),
                    ratio(perCpu, peer),
                    Table.spread(p50.of(peer), 2),
                    Table.spread(p99.of(peer), 2),
                    Table.spread(failures.of(peer), 0));
        }
    }

    private void halfLoaded() throws IOException, InterruptedException {
        byte[] through = Load.request("POST", PATH, HEADERS, digit());
        byte[] straight = Load.request("POST", "/v2/models/digits/infer", HEADERS, digit());
        // with the same generator as below: it shares the processors with what it loads
        double perSecond = new Load(peers.getLast().port(), through)
                        .closed(CONNECTIONS, TIME)
                        .perSecond()
                / 2;
        var direct50 = new ArrayList<Double>();
        var direct99 = new ArrayList<Double>();
        var p50 = new Figures();
        var p99 = new Figures();
        var cpu = new Figures();
        new Load(upstream.port(), straight).paced(CONNECTIONS, perSecond, TIME);
        for (int run = 0; run < RUNS; run++) {
            Load.Seen direct = new Load(upstream.port(), straight).paced(CONNECTIONS, perSecond, TIME);
            direct50.add(direct.p50Millis());
            direct99.add(direct.p99Millis());
            for (Peer peer : peers) {
                double before = peer.process().cpuSeconds();
                Load.Seen seen = new Load(peer.port(), through).paced(CONNECTIONS, perSecond, TIME);
                cpu.add(peer, seen.requests() / (peer.process().cpuSeconds() - before));
                p50.add(peer, seen.p50Millis() - direct.p50Millis());
                p99.add(peer, seen.p99Millis() - direct.p99Millis());
            }
        }
        Table.head(
                "64 connections, fixed rate of %,.0f requests/s (half of Trine's saturation)".formatted(perSecond),
                "proxy",
                "added p50 ms",
                "added p99 ms",
                "requests per CPU second");
        for (Peer peer : peers) {
            Table.row(
                    peer.name(),
                    Table.spread(p50.of(peer), 2),
                    Table.spread(p99.of(peer), 2),
                    Table.spread(cpu.of(peer), 0));
        }
        Table.note(
                "The upstream called directly: p50 %s ms, p99 %s ms.",
                Table.spread(direct50, 2), Table.spread(direct99, 2));
    }

    private void events() throws IOException, InterruptedException {
        byte[] request = Load.request("GET", EVENTS, HEADERS, new byte[0]);
        var perCpu = new Figures();
        var rates = new Figures();
        new Load(peers.getLast().port(), request).closed(STREAMS, WARM_UP);
        for (int run = 0; run < RUNS; run++) {
            for (Peer peer : peers) {
                double before = peer.process().cpuSeconds();
                Load.Seen seen = new Load(peer.port(), request).closed(STREAMS, TIME);
                double events = (double) seen.requests() * Upstreams.EVENTS;
                rates.add(peer, events / seen.seconds());
                perCpu.add(peer, events / (peer.process().cpuSeconds() - before));
            }
        }
        Table.head(
                "%d streams at a time of %,d server-sent events".formatted(STREAMS, Upstreams.EVENTS),
                "proxy",
                "events/s",
                "events per CPU second",
                "of nginx's");
        for (Peer peer : peers) {
            Table.row(
                    peer.name(),
                    Table.spread(rates.of(peer), 0),
                    Table.spread(perCpu.of(peer), 0),
                    ratio(perCpu, peer));
        }
    }

    private void idle() throws IOException {
        byte[] request = Load.request("POST", PATH, HEADERS, digit());
        Table.head("resident memory", "proxy", "before, MB", "with %,d idle connections, MB".formatted(IDLE));
        for (Peer peer : peers) {
            long before = peer.process().rss();
            List<Socket> open = new Load(peer.port(), request).idle(IDLE);
            long with = peer.process().rss();
            for (Socket socket : open) {
                socket.close();
            }
            Table.row(peer.name(), Table.number(before / 1e6, 0), Table.number(with / 1e6, 0));
        }
    }

    private String ratio(Figures perCpu, Peer peer) {
        return Table.number(Table.median(perCpu.of(peer)) / Table.median(perCpu.of(peers.getFirst())), 2);
    }

    /** One kind of figure, of each proxy and run. */
    private static final class Figures {

        private final Map<Peer, List<Double>> runs = new HashMap<>();

        void add(Peer peer, double figure) {
            runs.computeIfAbsent(peer, first -> new ArrayList<>()).add(figure);
        }

        List<Double> of(Peer peer) {
            return runs.getOrDefault(peer, List.of());
        }
    }
}
