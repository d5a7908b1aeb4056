package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;

/** PostgreSQL and Redis may go away while the platform runs: requests say so, and everything goes on when they are back. */
class EnginesST {

    private static final String JOBS = "/api/v1/training/jobs/";

    /** How long each of the three clients of {@link #whileLoaded} waits after an answer; far from what the platform can take. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** What light traffic got for answers while something happened; a request without an answer fails the test. */
    private static Queue<Http.Answer> whileLoaded(Http http, String project, Runnable happens) throws Exception {
        Queue<Http.Answer> answers = new ConcurrentLinkedQueue<>();
        List<Runnable> requests = List.of(
                () -> answers.add(http.get("/api/v1/datasets")),
                () -> answers.add(http.post("/api/v1/datasets", Map.of("name", project + " " + System.nanoTime()))),
                () -> answers.add(http.get("/api/2.0/mlflow/experiments/get?experiment_id=0")));
        List<ScheduledFuture<?>> clients = new ArrayList<>();
        try (var threads = Executors.newScheduledThreadPool(
                requests.size(), Thread.ofVirtual().factory())) {
            for (Runnable request : requests) {
                clients.add(threads.scheduleWithFixedDelay(request, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS));
            }
            happens.run();
            clients.forEach(client -> client.cancel(false));
        }
        for (Future<?> client : clients) {
            if (client.state() == Future.State.FAILED) {
                throw new AssertionError("a request got no answer", client.exceptionNow());
            }
        }
        return answers;
    }

    /** A running job that waits at its {@link Platform#gate} before it says these words. */
    private static String gatedJob(Http http, String words) {
        String id = http.shellJob("until [ -e go ]; do sleep 0.1; done; echo " + words, 0);
        http.awaitState(JOBS + id, "RUNNING");
        return id;
    }

    private static void open(Path gate) {
        try {
            Files.createFile(gate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertClear(Queue<Http.Answer> answers) {
        assertThat(answers).isNotEmpty().allSatisfy(answer -> {
            if (answer.status() == 503) {
                assertThat(answer.headers().firstValue("Retry-After"))
                        .as(answer.body())
                        .isPresent();
                boolean mlflow = answer.json().has("error_code");
                assertThat(mlflow ? answer.text("error_code") : answer.code())
                        .isEqualTo(mlflow ? "TEMPORARILY_UNAVAILABLE" : "DATABASE_UNAVAILABLE");
            } else {
                assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
            }
        });
        long refused = answers.stream().filter(answer -> answer.status() == 503).count();
        System.out.printf("%d answers, %d of them 503%n", answers.size(), refused);
    }

    private static long made(Http http, String prefix) {
        int count = 0;
        String token = "";
        do {
            JsonNode page = http.get("/api/v1/datasets?pageSize=500" + (token.isEmpty() ? "" : "&pageToken=" + token))
                    .is(200)
                    .json();
            for (JsonNode dataset : page.path("items")) {
                count += dataset.path("name").asString("").startsWith(prefix) ? 1 : 0;
            }
            token = page.path("nextPageToken").asString("");
        } while (!token.isEmpty());
        return count;
    }

    /** Waits for another process in place of the one that died. */
    private static void awaitAnother(Path pidFile, long before) {
        await("another process of " + pidFile.getFileName())
                .until(() ->
                        Processes.named(pidFile).filter(pid -> pid != before).isPresent());
    }

    private static void awaitReady(String url) {
        await("the platform to be ready again")
                .until(() -> Http.at(url).get("/health/ready").status() == 200
                        && Http.at(url)
                                .get("/health/ready")
                                .json()
                                .path("redis")
                                .asBoolean());
    }

    @Test
    void aDatabaseThatDiesIsStartedAgainAndRequestsSayMeanwhileThatItIsAway() throws Exception {
        Platform platform = Shared.platform();
        Http http = platform.http();
        Path pidFile = platform.home().resolve("postgres").resolve("postmaster.pid");
        long before = Processes.named(pidFile).orElseThrow();
        String through = gatedJob(http, "through");
        String meanwhile = gatedJob(http, "ended meanwhile");
        Path gate = platform.gate(http, meanwhile); // asked for while there is a database to tell

        Queue<Http.Answer> answers = whileLoaded(http, "database", () -> {
            Processes.kill(before);
            open(gate);
            awaitAnother(pidFile, before);
            await("writes to be taken again")
                    .until(() -> http.get("/api/v1/overview").status() == 200);
        });
        assertClear(answers);
        assertThat(answers).as("some were refused").anyMatch(answer -> answer.status() == 503);
        long told = answers.stream().filter(answer -> answer.status() == 201).count();
        assertThat(made(http, "database ")).as("what was told as made is there").isGreaterThanOrEqualTo(told);
        awaitReady(platform.url());
        assertThat(http.awaitState(JOBS + meanwhile, "SUCCEEDED").path("attempts"))
                .hasSize(1);
        platform.letGo(http, through);
        assertThat(http.awaitState(JOBS + through, "SUCCEEDED").path("attempts"))
                .hasSize(1);
        assertThat(http.get(JOBS + through + "/logs").text("text")).isEqualTo("through\n");
    }

    @Test
    void aRedisThatDiesIsStartedAgainAndNobodyNotices() throws Exception {
        Platform platform = Shared.platform();
        Http http = platform.http();
        Path pidFile = platform.home().resolve("run").resolve("redis.pid");
        long before = Processes.named(pidFile).orElseThrow();
        Queue<Http.Answer> answers = whileLoaded(http, "redis", () -> {
            Processes.kill(before);
            awaitAnother(pidFile, before);
        });
        assertThat(answers.stream().map(Http.Answer::status)).containsOnly(200, 201);
        String job = http.shellJob("echo still", 0);
        http.awaitState(JOBS + job, "SUCCEEDED");
        awaitReady(platform.url());
    }

    @Test
    void enginesElsewhereMayRestartToo(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        int databasePort = Platform.freePort();
        int redisPort = Platform.freePort();
        EmbeddedPostgres database = postgres(folder, databasePort);
        RedisServer redis = redis(redisPort);
        var env = Map.of(
                "TRINE_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(databasePort),
                "TRINE_REDIS_URL",
                "redis://127.0.0.1:" + redisPort);
        try (Platform platform = Platform.up(home, 0, env)) {
            assertThat(home.resolve("postgres")).doesNotExist();
            Http http = platform.http();
            String job = gatedJob(http, "done");
            Path gate = platform.gate(http, job);
            redis.stop();
            database.close();
            await("the platform to tell that its database is away").until(() -> {
                Http.Answer ready = Http.at(platform.url()).get("/health/ready");
                return ready.status() == 503
                        && !ready.json().path("database").asBoolean(true)
                        && !ready.json().path("redis").asBoolean(true);
            });
            open(gate);
            Http.at(platform.url()).get("/health/live").is(200);
            Http.Answer refused = http.get("/api/v1/datasets").is(503);
            assertThat(refused.code()).isEqualTo("DATABASE_UNAVAILABLE");
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            Shell.Result client = Shell.trine(
                    Map.of(
                            "TRINE_SERVER", platform.url(),
                            "TRINE_CONFIG_DIR", folder.toString(),
                            "TRINE_PASSWORD", platform.password()),
                    "login");
            assertThat(client.exit()).as(client.toString()).isEqualTo(3);
            assertThat(client.err()).contains("DATABASE_UNAVAILABLE");

            database = postgres(folder, databasePort);
            redis = redis(redisPort);
            awaitReady(platform.url());
            http.get("/api/v1/datasets").is(200);
            http.awaitState(JOBS + job, "SUCCEEDED");
            Processes.signal("TERM", platform.pid());
            assertThat(platform.awaitEnd()).isEqualTo(143);
            assertThat(Processes.of(home)).isEmpty();
        } finally {
            redis.stop();
            database.close();
        }
    }

    private static EmbeddedPostgres postgres(Path folder, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("elsewhere"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Await.DEADLINE)
                .start();
    }

    private static RedisServer redis(int port) throws IOException {
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        return server;
    }
}
