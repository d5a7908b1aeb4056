package dev.trine.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two platforms on one database and one folder of objects, each with a machine of its own for workloads. */
class CopiesST {

    private static final int JOBS = Integer.getInteger("trine.copies.jobs", 40);
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @Test
    void whileOneIsKilledAgainAndAgainEachJobRunsOnce() throws Exception {
        var jobs = new CountedJobs();
        var submitted = new CountDownLatch(1);
        Path steadyHome = folder.resolve("steady");
        Path shakyHome = folder.resolve("shaky");
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                        .setPGStartupWait(Await.DEADLINE)
                        .start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, String> env = Map.of(
                    "TRINE_DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(database.getPort()),
                    "TRINE_ADMIN_PASSWORD",
                    "one for both of them");
            try (var steady = new KeptPlatform(steadyHome, env)) {
                Files.createDirectories(shakyHome.resolve("run"));
                Files.createSymbolicLink(shakyHome.resolve("objects"), steadyHome.resolve("objects"));
                try (var shaky = new KeptPlatform(shakyHome, env)) {
                    Future<Integer> kills = threads.submit(() -> {
                        int killed = 0;
                        while (!submitted.await(BETWEEN_KILLS.toMillis(), TimeUnit.MILLISECONDS)) {
                            shaky.get("/api/v1/projects").is(200); // it is up again
                            Processes.kill(shaky.pid());
                            killed++;
                        }
                        return killed;
                    });
                    try {
                        // the one that is seldom there gets few, or it would be waited for most of the time
                        Future<?> seldom = threads.submit(() -> submit(jobs, JOBS / 8, shaky));
                        submit(jobs, JOBS - JOBS / 8, steady);
                        seldom.get();
                    } finally {
                        submitted.countDown();
                    }
                    String counted = jobs.check(steady);
                    System.out.printf("copies: one of two killed %d times%ncopies: %s%n", kills.get(), counted);
                    assertThat(jobs.amiss()).isEmpty();
                }
            }
        }
    }

    private static void submit(CountedJobs jobs, int many, KeptPlatform to) {
        for (int i = 0; i < many; i++) {
            jobs.submit(to);
        }
    }
}
