package dev.trine.system;

import static dev.trine.system.Await.await;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Short jobs of which it can be told whether each ran once, and whether all that it said and left is there. */
final class CountedJobs {

    private static final String JOBS = "/api/v1/training/jobs";

    /** Tells five metrics, leaves a file, and prints when it did what, and the file's SHA-256. */
    private static final String PROGRAM = """
            date +%s%N
            for i in 1 2 3 4 5; do
              echo "{\\"type\\":\\"metric\\",\\"key\\":\\"m\\",\\"value\\":$i,\\"step\\":$i,\\"timestamp\\":$(date +%s%3N)}" >> $TRINE_EVENTS
              sleep 0.2
              date +%s%N
            done
            head -c 30000 /dev/urandom | base64 > $TRINE_OUTPUTS/data
            sha256sum < $TRINE_OUTPUTS/data
            """;

    private final List<String> submitted = new CopyOnWriteArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final List<String> amiss = new ArrayList<>();
    private int ended;
    private int attempts;
    private int doubles;
    private int metrics;
    private int bytes;

    /** Submits the next one. */
    void submit(KeptPlatform platform) {
        String name = "counted-" + names.incrementAndGet();
        Map<String, Object> job = Map.of(
                "name",
                name,
                "resources",
                Map.of("cpus", 0.1, "memoryBytes", 64 << 20),
                "program",
                Map.of("kind", "command", "command", List.of("/bin/sh", "-c", PROGRAM)));
        submitted.add(platform.make(JOBS, job, name).is(202).text("id"));
    }

    /** Waits for the end of all, and looks at each; what came of them, in a line. */
    String check(KeptPlatform platform) {
        submitted.forEach(job -> check(platform, job));
        int succeeded = platform.get("/api/v1/overview")
                .is(200)
                .json()
                .path("jobs")
                .path("SUCCEEDED")
                .asInt();
        if (succeeded != submitted.size()) {
            amiss.add("%d jobs were made of %d".formatted(succeeded, submitted.size()));
        }
        return "jobs in %d, ended once %d (%d attempts), double runs %d, metrics lost or twice %d, bytes lost %d"
                .formatted(submitted.size(), ended, attempts, doubles, metrics, bytes);
    }

    /** What is not as it should be, each with the reason. */
    List<String> amiss() {
        return amiss;
    }

    private int count(boolean bad, String job, String why) {
        if (bad) {
            amiss.add(job + ": " + why);
        }
        return bad ? 1 : 0;
    }

    private void check(KeptPlatform platform, String id) {
        String path = JOBS + "/" + id;
        JsonNode job = await(id + " to end")
                .until(
                        () -> platform.get(path).is(200).json(),
                        one -> Set.of("SUCCEEDED", "FAILED", "CANCELLED")
                                .contains(one.path("state").asString()));
        ended += 1 - count(!job.path("state").asString().equals("SUCCEEDED"), id, job.toString());
        int tries = job.path("attempts").size();
        attempts += tries;
        long last = 0;
        String sha256 = "";
        int told = 0;
        for (int number = 1; number <= tries; number++) {
            List<String> lines = platform.get(path + "/logs?attempt=" + number)
                    .is(200)
                    .text("text")
                    .lines()
                    .toList();
            for (String line : lines) {
                if (line.matches("\\d+")) {
                    long at = Long.parseLong(line);
                    doubles += count(at < last, id, "attempt %d ran beside the one before".formatted(number));
                    last = at;
                    told++;
                } else {
                    sha256 = line.split(" ", 2)[0];
                }
            }
            told -= lines.isEmpty() ? 0 : 1;
        }
        String run = "/api/v1/runs/" + job.path("runId").asString();
        JsonNode points = platform.get(run + "/metrics/m").is(200).json().path("points");
        Set<Integer> steps = new TreeSet<>();
        points.forEach(point -> steps.add(point.path("step").asInt()));
        // a program may be killed when it has told a metric and not yet said so
        metrics += count(
                !steps.equals(Set.of(1, 2, 3, 4, 5)) || points.size() < told || points.size() > told + tries - 1,
                id,
                "%d lines told, %s".formatted(told, points));
        String data = platform.get(run + "/artifacts/content?path=data").is(200).body();
        bytes += count(!sha256(data).equals(sha256), id, "its file is another one");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
