package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@code trine up} makes of an empty home, and when it refuses to start. */
class FirstStartST {

    @Test
    void anEmptyHomeGetsEverythingAndTheAdminsPasswordIsPrintedOnceAndKept() throws IOException {
        Platform platform = Shared.platform();
        Path kept = platform.home().resolve("admin-password");
        assertThat(platform.output().split(java.util.regex.Pattern.quote(platform.password()), -1))
                .as("the password is printed once")
                .hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(platform.home())))
                .isEqualTo("rwx------");
        assertThat(platform.home()).isDirectoryContaining("glob:**/postgres");
        assertThat(platform.home()).isDirectoryContaining("glob:**/objects");
        assertThat(platform.home()).isDirectoryContaining("glob:**/logs");
    }

    @Test
    void theOrganizationAndTheProjectDefaultAreThereAndMeantWhenNoneIsNamed() throws IOException {
        Http http = Shared.platform().http();
        JsonNode organization =
                http.get("/api/v1/orgs").is(200).json().path("items").path(0);
        assertThat(organization.path("name").asString()).isEqualTo("default");
        assertThat(http.get("/api/v1/projects").is(200).body()).contains("\"slug\":\"default\"");

        http.post("/api/2.0/mlflow/experiments/create", Map.of("name", "of no project"))
                .is(200);
        Http.Answer inDefault = http.send(
                "GET",
                "/api/2.0/mlflow/experiments/get-by-name?experiment_name=of%20no%20project",
                java.net.http.HttpRequest.BodyPublishers.noBody(),
                Map.of("X-Trine-Project", "default"));
        inDefault.is(200);
        Shell.Result named = Shared.trineJson("dataset", "list", "--project", "default");
        Shell.Result unnamed = Shared.trineJson("dataset", "list");
        assertThat(unnamed.exit()).isZero();
        assertThat(unnamed.json()).isEqualTo(named.json());
    }

    @Test
    void healthIsToldAtTheGatewaysPort() {
        Http http = Http.at(Shared.platform().url());
        assertThat(http.get("/health/live").is(200).body()).isEqualTo("OK");
        assertThat(http.get("/health/ready").is(200).json())
                .isEqualTo(Shell.JSON.readTree(
                        "{\"ready\":true,\"routing\":true,\"controlPlane\":true,\"database\":true,\"redis\":true}"));
    }

    @Test
    void aSecondPlatformOnTheSameHomeIsRefused() throws IOException {
        Path home = Shared.platform().home();
        Shell.Result second = Shell.trine(Map.of(), "up", "--home", home.toString(), "--port", "0");
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err()).contains("already").contains("trine down --home " + home);
        Http.at(Shared.platform().url()).get("/health/ready").is(200);
    }

    @Test
    void aPasswordThatNobodyHasIsNeitherPrintedNorKept(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        Path kept = home.resolve("admin-password");
        var given = Map.of("TRINE_ADMIN_PASSWORD", "a password of one's own");
        try (Platform first = Platform.up(home, 0, given)) {
            assertThat(first.output()).doesNotContain("password");
        }
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(Shell.trine(Map.of(), "up", "--home", home.toString(), "--port", port)
                            .exit())
                    .isEqualTo(1);
            assertThat(kept).as("after a start that failed").doesNotExist();
        }
        try (Platform second = Platform.up(home)) {
            assertThat(second.output()).doesNotContain("password");
            assertThat(kept).doesNotExist();
        }
    }

    @Test
    void aHomeMayHaveSpacesInItsName(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("a home of one's own");
        try (Platform platform = Platform.up(home)) {
            platform.http().get("/api/v1/projects").is(200);
            Processes.signal("TERM", platform.pid());
            assertThat(platform.awaitEnd()).isEqualTo(143);
        }
    }

    @Test
    void aPortInUseIsNamedAndNothingIsLeftRunning(@TempDir Path folder) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path home = folder.resolve("home");
            Shell.Result refused = Shell.trine(
                    Map.of(), "up", "--home", home.toString(), "--port", Integer.toString(taken.getLocalPort()));
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err().strip())
                    .isEqualTo(
                            "trine up: port %d of 127.0.0.1 is in use; stop what listens there, or choose another with --port"
                                    .formatted(taken.getLocalPort()));
            assertThat(Processes.of(home)).isEmpty();
        }
    }

    @Test
    void aPortThatIsNoneAndAHomeThatIsNoFolderAreRefused(@TempDir Path folder) throws IOException {
        Shell.Result port = Shell.trine(Map.of(), "up", "--home", folder.toString(), "--port", "70000");
        assertThat(port.exit()).isEqualTo(2);
        assertThat(port.err()).contains("--port must be between 0 and 65535, was 70000");
        Path file = Files.writeString(folder.resolve("file"), "");
        Shell.Result home = Shell.trine(Map.of(), "up", "--home", file.toString(), "--port", "0");
        assertThat(home.exit()).isEqualTo(1);
        assertThat(home.err()).contains("cannot use " + file).doesNotContain("\tat ");
    }

    @Test
    void aDatabaseElsewhereThatDoesNotAnswerIsNamed(@TempDir Path folder) throws IOException {
        Path home = folder.resolve("home");
        Shell.Result refused = Shell.trine(
                Map.of("TRINE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none?user=none"),
                "up",
                "--home",
                home.toString(),
                "--port",
                "0");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("127.0.0.1:1").doesNotContain("\tat ");
        assertThat(Processes.of(home)).isEmpty();
    }

    @Test
    void aJavaHomeThatIsNoneIsPassedOver() {
        assertThat(Shell.trine(Map.of("JAVA_HOME", "/nonexistent"), "--version").exit())
                .isZero();
    }

    @Test
    void aMachineWithoutAJdk25IsToldWhatToInstall() {
        assumeTrue(Shell.hasNamespaces(), "no namespaces here, in which the JDKs could be hidden");
        Shell.Result without = Shell.run(
                Map.of("JAVA_HOME", "/nonexistent", "HOME", "/nonexistent"),
                List.of(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        "for d in /usr/lib/jvm /usr/local/lib/jvm /opt; do"
                                + " [ -d $d ] && mount -t tmpfs tmpfs $d; done; exec \"$0\" status",
                        Shell.TRINE.toString()));
        assertThat(without.exit()).isEqualTo(1);
        assertThat(without.err()).contains("no JDK 25 found; install one or set JAVA_HOME");
    }

    @Test
    void aSignalHalfWayThroughTheStartLeavesNothingRunning(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        try (Platform platform = Platform.begin(home, 0, Map.of(), List.of())) {
            await("the database to be half-way up")
                    .until(() -> Files.exists(home.resolve("postgres").resolve("postmaster.pid")));
            Processes.signal("TERM", platform.pid());
            assertThat(platform.awaitEnd()).isEqualTo(143);
            assertThat(Processes.of(home)).isEmpty();
        }
    }
}
