package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Everything that a platform consists of is killed or frozen, again and again, while jobs, uploads and requests to a model flow:
 * nothing is lost, nothing happens twice, and no answer is wrong. {@code make chaos} does so for ten minutes.
 */
class ChaosST {

    private static final int SECONDS = Integer.getInteger("trine.chaos.seconds", 30);
    private static final int MOST_JOBS = Integer.getInteger("trine.chaos.jobs", 40);
    private static final long SEED = Long.getLong("trine.chaos.seed", System.nanoTime());

    /** What hangs is noticed after half a minute, which the short form does not have. */
    private static final Set<Disaster> SLOW = Set.of(
            Disaster.DATABASE_FROZEN, Disaster.REDIS_FROZEN, Disaster.PLATFORM_FROZEN, Disaster.SUPERVISOR_FROZEN);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<Disaster, Integer> struck = new EnumMap<>(Disaster.class);
    private final CountedJobs jobs = new CountedJobs();
    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger uploaded = new AtomicInteger();

    @Test
    void whateverIsKilledOrFrozenNothingIsLostAndNothingHappensTwice() throws Exception {
        try (var platform = new KeptPlatform(folder.resolve("home"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Serving.begin(platform.http(), 2);
            List<Future<?>> loads = List.of(
                    threads.submit(() -> submitJobs(platform)),
                    threads.submit(() -> upload(platform)),
                    threads.submit(() -> infer(platform)));
            strike(platform, new Random(SEED));
            over.countDown();
            for (Future<?> load : loads) {
                ended(load);
            }

            String counted = jobs.check(platform);
            Serving.awaitAnswer(platform.http());
            System.out.printf(
                    """
                    chaos: %d s, seed %d, struck %s
                    chaos: %s
                    chaos: answers %d, wrong %d, refused %d; uploads %d, all as sent
                    """,
                    SECONDS,
                    SEED,
                    struck,
                    counted,
                    right.get() + wrong.get(),
                    wrong.get(),
                    refused.get(),
                    uploaded.get());
            assertThat(jobs.amiss()).as("seed %d", SEED).isEmpty();
            assertThat(wrong.get()).isZero();
            assertThat(right.get()).isPositive();
            assertThat(uploaded.get()).isPositive();
        }
    }

    private void ended(Future<?> load) throws InterruptedException {
        try {
            load.get();
        } catch (ExecutionException e) {
            throw new AssertionError("seed %d, logs in %s".formatted(SEED, folder), e.getCause());
        }
    }

    /** Strikes every now and then until the time is over. */
    private void strike(KeptPlatform platform, Random random) throws IOException, InterruptedException {
        boolean isShort = SECONDS < 120;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<Disaster> all = List.of(Disaster.values()).stream()
                .filter(disaster -> !isShort || !SLOW.contains(disaster))
                .toList();
        while (System.nanoTime() < end) {
            boolean _ = over.await(isShort ? 3_000 : random.nextInt(5_000, 15_000), TimeUnit.MILLISECONDS);
            Disaster disaster = all.get(random.nextInt(all.size()));
            if (disaster.strike(platform, random)) {
                struck.merge(disaster, 1, Integer::sum);
            }
        }
    }

    private boolean goesOn(Duration pause) {
        try {
            return !over.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void submitJobs(KeptPlatform platform) {
        long begin = System.nanoTime();
        long apart = Duration.ofSeconds(SECONDS).toNanos() / (MOST_JOBS + 1L);
        // at their times, so that those that waited for an outage are made up for
        for (int i = 1; i <= MOST_JOBS; i++) {
            Duration left = Duration.ofNanos(Math.max(0, begin + i * apart - System.nanoTime()));
            if (!goesOn(left)) {
                return;
            }
            jobs.submit(platform);
        }
    }

    /** Uploads tables in pieces, makes datasets of them, and reads them back. */
    private void upload(KeptPlatform platform) {
        var random = new Random(SEED);
        for (int i = 0; goesOn(Duration.ofMillis(500)); i++) {
            byte[] noise = new byte[300_000];
            random.nextBytes(noise);
            String table = "a,b\n"
                    + Base64.getMimeEncoder(76, ",_\n".getBytes(StandardCharsets.UTF_8))
                            .encodeToString(noise)
                    + ",_\n";
            byte[] bytes = table.getBytes(StandardCharsets.UTF_8);
            String upload = send(platform, "chaos-%d.csv".formatted(i), bytes);
            String dataset = platform.make("/api/v1/datasets", Map.of("name", "chaos " + i), "dataset-" + i)
                    .is(201)
                    .text("id");
            String versions = "/api/v1/datasets/" + dataset + "/versions";
            platform.make(versions, Map.of("uploads", List.of(upload)), "version-" + i)
                    .is(201);
            assertThat(platform.get(versions + "/1/files/chaos-%d.csv".formatted(i))
                            .is(200)
                            .body())
                    .isEqualTo(table);
            uploaded.incrementAndGet();
        }
    }

    /** Goes on where the platform says that it is, until all is there; the upload's id. */
    private static String send(KeptPlatform platform, String name, byte[] bytes) {
        String path = platform.ask(() -> platform.http().uploadBegun(name, bytes.length))
                .is(201)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        int chunk = 64 << 10;
        await("all bytes of " + name)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsMatching(e -> e instanceof UncheckedIOException || e instanceof AssertionError)
                .until(() -> {
                    int offset = (int) platform.http().offset(path);
                    if (offset < bytes.length) {
                        platform.http()
                                .patch(
                                        path,
                                        offset,
                                        java.util.Arrays.copyOfRange(
                                                bytes, offset, Math.min(bytes.length, offset + chunk)));
                    }
                    return platform.http().offset(path) == bytes.length;
                });
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void infer(KeptPlatform platform) {
        var random = new Random(SEED);
        while (goesOn(Duration.ofMillis(20))) {
            List<Double> sent = List.of((double) random.nextInt(1_000), (double) random.nextInt(1_000));
            try {
                Http.Answer answer = Serving.ask(platform.http(), sent);
                if (answer.status() == 200) {
                    List<Double> got = answer.json()
                            .path("outputs")
                            .path(0)
                            .path("data")
                            .valueStream()
                            .map(JsonNode::asDouble)
                            .toList();
                    (got.equals(sent) ? right : wrong).incrementAndGet();
                } else {
                    refused.incrementAndGet();
                }
            } catch (UncheckedIOException nobodyThere) {
                refused.incrementAndGet();
            }
        }
    }
}
