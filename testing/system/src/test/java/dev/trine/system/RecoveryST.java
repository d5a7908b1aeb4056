package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is left after a signal, and what comes back after a crash. */
class RecoveryST {

    private static final String JOBS = "/api/v1/training/jobs/";
    private static final String SERVICES = "/api/v1/inference/services/";

    @TempDir
    private Path folder;

    /** Waits until a job runs with this attempt. */
    private static void awaitAttempt(Http http, String job, int number) {
        await("attempt " + number)
                .until(() -> http.get(JOBS + job).json().path("attempts").size() == number);
        http.awaitState(JOBS + job, "RUNNING");
    }

    private static Optional<Long> modelServer(Path home) {
        return Processes.of(home).entrySet().stream()
                .filter(process -> process.getValue().contains("ModelServer")
                        && !process.getValue().contains("supervisor.sh"))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    @Test
    void aPlatformKilledAloneFindsItsRunningWorkAgain() throws Exception {
        Path home = folder.resolve("home");
        int port;
        Map<String, String> env = Map.of("TRINE_ADMIN_PASSWORD", "a password of one's own");
        String job;
        String service;
        Optional<Long> server;
        try {
            Platform first = Platform.up(home, 0, env);
            port = first.port();
            assertThat(first.output()).as("a given password is not printed").doesNotContain("password");
            assertThat(home.resolve("admin-password")).doesNotExist();
            Http http = first.http("a password of one's own");
            service = Serving.begin(http, 1);
            server = modelServer(home);
            assertThat(server).isPresent();
            job = http.shellJob("echo before; until [ -e go ]; do sleep 0.1; done; echo after", 0);
            http.awaitState(JOBS + job, "RUNNING");
            Processes.kill(first.pid());
            first.awaitEnd();
            assertThat(modelServer(home)).as("it outlives the platform").isEqualTo(server);

            Platform second = Platform.up(home, port, env);
            http = second.http("a password of one's own");
            assertThat(Serving.ask(http, List.of(1.5, 2.5)).status())
                    .as("routed from the start")
                    .isEqualTo(200);
            assertThat(modelServer(home)).as("the very same process").isEqualTo(server);
            http.awaitState(JOBS + job, "RUNNING");
            second.letGo(http, job);
            JsonNode ended = http.awaitState(JOBS + job, "SUCCEEDED");
            assertThat(ended.path("attempts")).hasSize(1);
            assertThat(http.get(JOBS + job + "/logs").is(200).text("text")).isEqualTo("before\nafter\n");
            assertThat(http.get(SERVICES + service).text("state")).isEqualTo("READY");

            // Ctrl-C, which a terminal sends to the whole process group
            Processes.signal("INT", -second.pid());
            assertThat(second.awaitEnd()).isEqualTo(130);
            assertThat(Processes.of(home)).isEmpty();
        } finally {
            Processes.killAll(home);
        }
    }

    @Test
    void afterTheWholeTreeWasKilledNothingIsLostAndNothingHangs() throws Exception {
        Path home = folder.resolve("home");
        try {
            Platform first = Platform.up(home);
            Http http = first.http();
            String service = Serving.begin(http, 1);
            String finished = http.shellJob("echo finished", 0);
            http.awaitState(JOBS + finished, "SUCCEEDED");
            String again = http.shellJob("echo asleep; until [ -e go ]; do sleep 0.1; done", 0);
            await("the job to sleep")
                    .until(() -> http.get(JOBS + again + "/logs").text("text").contains("asleep"));
            String upload = http.beginUpload("half.csv", 8);
            http.patch(upload, 0, "a,b\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .is(204);

            Processes.killAll(home);
            first.awaitEnd();

            long began = System.nanoTime();
            Platform second = Platform.up(home, first.port(), Map.of());
            Http after = second.http();
            awaitAttempt(after, again, 2);
            JsonNode lost =
                    after.get(JOBS + again).json().path("attempts").path(0).path("reason");
            assertThat(lost.path("code").asString()).isEqualTo("LOST");
            assertThat(lost.path("message").asString()).contains("supervisor died");
            second.letGo(after, again);
            JsonNode retried = after.awaitState(JOBS + again, "SUCCEEDED");
            assertThat(retried.path("attempts")).hasSize(2);
            Serving.awaitAnswer(after);
            assertThat(after.get(SERVICES + service).text("state")).isEqualTo("READY");
            System.out.printf("recovered %.1f s after the start%n", (System.nanoTime() - began) / 1e9);
            assertThat(after.get(JOBS + finished).text("state")).isEqualTo("SUCCEEDED");
            assertThat(after.get(JOBS + finished + "/logs").text("text")).isEqualTo("finished\n");
            assertThat(after.offset(upload)).isEqualTo(4);
            after.patch(upload, 4, "1,2\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .is(204);

            // what goes down with its platform has not failed, however often that happens
            String saving = after.shellJob("trap 'echo saved; exit 0' TERM; until [ -e go ]; do sleep 0.1; done", 0);
            awaitAttempt(after, saving, 1);
            Shell.Result down = Shell.trine(Map.of(), "down", "--home", home.toString());
            assertThat(down.exit()).as(down.toString()).isZero();
            assertThat(Processes.of(home)).isEmpty();
            Platform third = Platform.up(home, first.port(), Map.of());
            Http last = third.http();
            awaitAttempt(last, saving, 2);
            JsonNode stopped =
                    last.get(JOBS + saving).json().path("attempts").path(0).path("reason");
            assertThat(stopped.path("message").asString()).contains("the platform was shut down");
            third.letGo(last, saving);
            last.awaitState(JOBS + saving, "SUCCEEDED");
            Serving.awaitAnswer(last);
            Processes.signal("TERM", third.pid());
            assertThat(third.awaitEnd()).isEqualTo(143);
            assertThat(Processes.of(home)).isEmpty();
        } finally {
            Processes.killAll(home);
        }
    }

    @Test
    void downEndsWhatAKilledPlatformLeft() throws IOException, InterruptedException {
        Path home = folder.resolve("home");
        try {
            Platform platform = Platform.up(home);
            Http http = platform.http();
            String job = http.shellJob("sleep 300", 0);
            http.awaitState(JOBS + job, "RUNNING");
            Processes.kill(platform.pid());
            platform.awaitEnd();
            assertThat(Processes.of(home)).isNotEmpty();
            assertThat(Shell.trine(Map.of(), "down", "--home", home.toString()).exit())
                    .isZero();
            assertThat(Processes.of(home)).isEmpty();
        } finally {
            Processes.killAll(home);
        }
    }
}
