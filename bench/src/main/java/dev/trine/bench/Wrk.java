package dev.trine.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The load generator {@code wrk}, which costs less processor time than one written in Java: for what saturates a server. */
final class Wrk {

    private Wrk() {}

    /**
     * What it reports.
     *
     * @param failures answers that were not 2xx or 3xx, and broken connections
     */
    record Seen(double perSecond, long requests, long failures, double p50Millis, double p99Millis) {}

    /** A closed loop of one request on so many connections, by one thread. */
    static Seen run(
            Path folder,
            int port,
            String method,
            String path,
            Map<String, String> headers,
            byte[] body,
            int connections,
            Duration time)
            throws IOException, InterruptedException {
        Path content = Files.write(folder.resolve("body"), body);
        var script = new StringBuilder("wrk.method = '%s'%n".formatted(method));
        if (body.length > 0) {
            script.append("wrk.body = io.open('%s', 'rb'):read('*a')%n".formatted(content));
        }
        headers.forEach((name, value) -> script.append("wrk.headers['%s'] = '%s'%n".formatted(name, value)));
        script.append("""
                done = function(summary, latency)
                  local e = summary.errors
                  print(string.format("seen %d %d %d %f %f", summary.requests, summary.duration,
                    e.connect + e.read + e.write + e.status + e.timeout,
                    latency:percentile(50), latency:percentile(99)))
                end
                """);
        Path file = Files.writeString(folder.resolve("wrk.lua"), script);
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + time.toSeconds() + "s",
                        "-s",
                        file.toString(),
                        "http://127.0.0.1:" + port + path)
                .redirectErrorStream(true)
                .start();
        String printed = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String[] seen = printed.lines()
                .filter(line -> line.startsWith("seen "))
                .findFirst()
                .orElseThrow(() -> new IOException("wrk said:\n" + printed))
                .split(" ", -1);
        long requests = Long.parseLong(seen[1]);
        return new Seen(
                requests / (Double.parseDouble(seen[2]) / 1e6),
                requests,
                Long.parseLong(seen[3]),
                Double.parseDouble(seen[4]) / 1e3,
                Double.parseDouble(seen[5]) / 1e3);
    }
}
