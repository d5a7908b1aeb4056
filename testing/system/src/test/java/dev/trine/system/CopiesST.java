package dev.trine.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two platforms on one database and one folder of objects, each with a machine of its own for workloads. */
class CopiesST {

    private static final int JOBS = Integer.getInteger("trine.copies.jobs", 40);
    /** The one that is killed gets few, for it is seldom there. */
    private static final int SELDOM = JOBS / 8;

    private static final long SEED = Long.getLong("trine.copies.seed", System.nanoTime());

    @TempDir
    private Path folder;

    @Test
    void whileOneIsKilledAgainAndAgainEachJobRunsOnce() throws Exception {
        var jobs = new CountedJobs();
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
                    var taken = new Semaphore(0);
                    Future<?> killer = threads.submit(() -> killAfterEach(taken, shaky));
                    Future<?> seldom = threads.submit(() -> {
                        for (int i = 0; i < SELDOM; i++) {
                            jobs.submit(shaky);
                            taken.release();
                        }
                    });
                    try {
                        for (int i = SELDOM; i < JOBS; i++) {
                            jobs.submit(steady);
                        }
                        seldom.get();
                        killer.get();
                    } finally {
                        seldom.cancel(true);
                        killer.cancel(true);
                    }
                    String counted = jobs.check(steady);
                    System.out.printf(
                            "copies: one of two killed %d times, seed %d%ncopies: %s%n", SELDOM, SEED, counted);
                    assertThat(jobs.amiss()).as("seed %d", SEED).isEmpty();
                }
            }
        }
    }

    /**
     * Kills it once for each job that it took, some moment later: mostly while it takes the next one, now and then while it is
     * still starting. However slowly it starts, a kill waits for a job, so that it always gets on.
     */
    private static Void killAfterEach(Semaphore taken, KeptPlatform platform) throws InterruptedException {
        var random = new Random(SEED);
        var never = new CountDownLatch(1);
        for (int killed = 0; killed < SELDOM; killed++) {
            taken.acquire();
            boolean _ = never.await(random.nextInt(2_000), TimeUnit.MILLISECONDS);
            Processes.kill(platform.pid());
        }
        return null;
    }
}
