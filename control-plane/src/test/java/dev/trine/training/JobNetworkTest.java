package dev.trine.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.Copy.Answer;
import dev.trine.MemoryExecutor;
import dev.trine.MemoryExecutor.Started;
import dev.trine.Schema;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadSpec.Network;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What a job's command may reach is what was asked for, as far as its project allows it. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class JobNetworkTest {

    @TempDir
    private static Path folder;

    private static final MemoryExecutor NODE = new MemoryExecutor("a", 4);
    private static Copy copy;
    private static String project;

    @BeforeAll
    static void start() {
        copy = new Copy(Schema.freshDatabase(), folder, NODE);
        JsonNode home = copy.get("/api/v1/auth/me").is(200).body().at("/memberships/0");
        project = "/api/v1/orgs/%s/projects/%s"
                .formatted(
                        home.at("/organization/id").asString(),
                        home.at("/projects/0/id").asString());
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static Answer submit(@Nullable String network) {
        var program = new HashMap<String, Object>(Map.of("kind", "command", "command", List.of("true")));
        if (network != null) {
            program.put("network", network);
        }
        return copy.post("/api/v1/training/jobs", Map.of("name", "reaches", "program", program));
    }

    private static void allow(boolean internet) {
        assertThat(copy.patch(project, Map.of("internetAccess", internet))
                        .is(200)
                        .body()
                        .path("internetAccess")
                        .asBoolean())
                .isEqualTo(internet);
    }

    private static String networkTold(String job) {
        return copy.get("/api/v1/training/jobs/" + job)
                .is(200)
                .body()
                .at("/spec/program/network")
                .asString();
    }

    @Test
    void aJobReachesThePlatformUnlessItAsksForLess() throws Exception {
        String usual = submit(null).is(202).text("id");
        Started first = NODE.next();
        assertThat(first.spec().network()).isEqualTo(Network.PLATFORM);
        first.end(Cause.COMPLETED);
        assertThat(networkTold(usual)).as("the default is told").isEqualTo("platform");

        submit("none").is(202);
        Started second = NODE.next();
        assertThat(second.spec().network()).isEqualTo(Network.NONE);
        second.end(Cause.COMPLETED);
    }

    @Test
    void theInternetIsRefusedWithTheWayToItUntilTheProjectAllowsIt() throws Exception {
        allow(false);
        JsonNode violation = submit("internet").is(422).body().at("/violations/0");
        assertThat(violation.path("field").asString()).isEqualTo("program.network");
        assertThat(violation.path("message").asString())
                .contains("an admin of its organization")
                .contains("trine projects internet default on");

        allow(true);
        String job = submit("internet").is(202).text("id");
        Started allowed = NODE.next();
        assertThat(allowed.spec().network()).isEqualTo(Network.INTERNET);
        allowed.end(Cause.FAILED);
        copy.awaitJob(job, "FAILED");

        allow(false);
        copy.post("/api/v1/training/jobs/" + job + "/retry", Map.of()).is(422);
        allow(true);
        copy.post("/api/v1/training/jobs/" + job + "/retry", Map.of()).is(202);
        Started again = NODE.next();
        assertThat(again.spec().network()).isEqualTo(Network.INTERNET);
        again.end(Cause.COMPLETED);
    }

    @Test
    void aNetworkThatIsNoneOfTheThreeIsRefused() {
        for (String other : List.of("host", "HOST", "INTERNET", "")) {
            assertThat(submit(other).status()).as(other).isIn(400, 422);
        }
        assertThat(copy.patch(project, Map.of()).status()).isIn(400, 422);
    }

    @Test
    void aJobFromBeforeThereWasAChoiceReachesThePlatform() throws Exception {
        String job = submit(null).is(202).text("id");
        Started first = NODE.next();
        first.end(Cause.FAILED);
        copy.awaitJob(job, "FAILED");
        copy.bean(JdbcClient.class)
                .sql("UPDATE training_jobs SET spec = spec #- '{program,network}'")
                .update();
        assertThat(networkTold(job)).isEmpty();
        copy.post("/api/v1/training/jobs/" + job + "/retry", Map.of()).is(202);
        Started again = NODE.next();
        assertThat(again.spec().network()).isEqualTo(Network.PLATFORM);
        again.end(Cause.COMPLETED);
    }
}
