package dev.trine.workload;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.MemoryFollower;
import dev.trine.Schema;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadSpec;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever runs can be looked at by its workload, by whoever may look at what it runs for. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class WorkloadControllerTest {

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 4);
    private static Copy copy;
    private static String jobId;
    /** The workload of a job that has ended, which wrote and told something. */
    private static String jobs;
    /** One that needs the permission of evaluations. */
    private static String another;

    @BeforeAll
    static void start() throws InterruptedException {
        copy = new Copy(Schema.freshDatabase(), folder, NODE);
        jobId = copy.job("writes", 1);
        Started program = NODE.next();
        program.complain("1 + 1 = 2\nпривет\n");
        program.tell("no event\n");
        program.end(Cause.COMPLETED);
        jobs = copy.awaitJob(jobId, "SUCCEEDED").path("workloadId").asString();
        another = Submissions.submit(copy, MemoryFollower.OWNER, WorkloadSpec.Kind.SERVICE, 1, 0)
                .toString();
        NODE.next();
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static String key(String scope) {
        return copy.post("/api/v1/api-keys", Map.of("name", scope, "scopes", List.of(scope)))
                .is(201)
                .text("secret");
    }

    private static String stream(String path, String lastEventId, String key) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(copy.at(path))
                            .header("Authorization", "Bearer " + key)
                            .header("Last-Event-ID", lastEventId)
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    @Test
    void itTellsWhatItIsForItsAttemptsAndTheirWarnings() {
        JsonNode workload = copy.get("/api/v1/workloads/" + jobs).is(200).body();
        assertThat(workload.path("owner").asString()).isEqualTo("training-job");
        assertThat(workload.path("ownerId").asString()).isEqualTo(jobId);
        assertThat(workload.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(workload.at("/resources/cpus").asDouble()).isEqualTo(1);
        assertThat(workload.at("/attempts/0/warnings/0").asString()).contains("of its events");
        assertThat(workload.has("spec")).isFalse();
    }

    @Test
    void itsOutputIsTheSameAsThatOfWhatItRunsFor() throws Exception {
        String piece = "/logs?stream=stderr&offset=2&limit=10";
        Copy.Answer read = copy.get("/api/v1/workloads/" + jobs + piece).is(200);
        assertThat(read.text("text")).isEqualTo("+ 1 = 2\nп");
        assertThat(copy.get("/api/v1/training/jobs/" + jobId + piece)).isEqualTo(read);
        assertThat(copy.get("/api/v1/workloads/" + jobs + "/logs?limit=3")
                        .is(422)
                        .body()
                        .toString())
                .contains("limit");

        String key = key("jobs:read");
        String all = stream("/api/v1/workloads/" + jobs + "/logs/stream", "", key);
        assertThat(all)
                .contains("\"text\":\"1 + 1 = 2\\nпривет\\n\"")
                .contains("event: end\ndata: {\"state\":\"SUCCEEDED\"}");
        assertThat(stream("/api/v1/training/jobs/" + jobId + "/logs/stream", "", key))
                .isEqualTo(all);
        assertThat(stream("/api/v1/workloads/" + jobs + "/logs/stream", "1.0.10", key))
                .contains("\"text\":\"привет\\n\"");
    }

    @Test
    void itsChangesAreToldUntilItsEnd() throws Exception {
        WorkloadId id = Submissions.submit(copy, MemoryFollower.OWNER, WorkloadSpec.Kind.TASK, 1, 0);
        Started program = NODE.next();
        await("running").until(() -> copy.bean(Workloads.class).get(id).state() == WorkloadState.RUNNING);
        program.end(Cause.COMPLETED);
        String told = stream("/api/v1/workloads/" + id + "/events", "", key("evaluations:read"));
        assertThat(told)
                .contains("event: state\ndata: {\"id\":\"" + id + "\",\"owner\":\"test\"")
                .endsWith("event: end\ndata: {\"state\":\"SUCCEEDED\"}\n\n");
    }

    @Test
    void aKeySeesTheWorkloadsOfWhatItMayRead() {
        String ofJobs = key("jobs:read");
        String ofEvaluations = key("evaluations:read");
        for (String what : List.of("", "/logs")) {
            assertThat(send(jobs + what, ofJobs)).isEqualTo(200);
            assertThat(send(another + what, ofEvaluations)).isEqualTo(200);
            assertThat(send(jobs + what, ofEvaluations)).isEqualTo(403);
            assertThat(send(another + what, ofJobs)).isEqualTo(403);
        }
        for (String what : List.of("/logs/stream", "/events")) {
            assertThat(send(jobs + what, ofEvaluations)).isEqualTo(403);
            assertThat(send(another + what, ofJobs)).isEqualTo(403);
        }
    }

    private static int send(String path, String key) {
        return copy.send("GET", "/api/v1/workloads/" + path, null, key).status();
    }
}
