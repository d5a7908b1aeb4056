package dev.trine.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The client, command by command, with the exit codes of {@code docs/reference/cli.md}. */
class CliST {

    private static final Path DIGITS = Shell.ROOT.resolve(Path.of("examples", "digits", "digits.csv.gz"));

    private static void ok(Shell.Result result) {
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    @Test
    void theMainJobIsDoneCommandByCommand() throws IOException {
        Shell.Result pushed =
                Shared.trineJson("dataset", "push", "digits", DIGITS.toString(), "--label", "label", "--split");
        ok(pushed);
        assertThat(pushed.json().path("rowCount").asInt()).isEqualTo(1797);
        Shell.Result datasets = Shared.trine("dataset", "list");
        ok(datasets);
        assertThat(datasets.out()).contains("NAME").contains("digits");

        Shell.Result trained =
                Shared.trine("train", "--dataset", "digits", "--split", "default", "-p", "epochs=20", "-f");
        ok(trained);
        assertThat(trained.out())
                .contains("submitted job_")
                .contains("epoch 20/20")
                .contains("SUCCEEDED");
        assertThat(trained.err()).as("no progress bar in a pipe").doesNotContain("[#");
        String job = trained.out().lines().findFirst().orElseThrow().replace("submitted ", "");

        Shell.Result log = Shared.trine("logs", job);
        ok(log);
        assertThat(log.out()).contains("epoch 20/20");
        Shell.Result followed = Shared.trineJson("logs", "-f", job);
        ok(followed);
        List<JsonNode> lines = followed.out().lines().map(Shell.JSON::readTree).toList();
        assertThat(lines.getFirst().path("stream").asString()).isEqualTo("stdout");
        assertThat(lines.getLast().path("state").asString()).isEqualTo("SUCCEEDED");

        ok(Shared.trine("models", "register", "digits", job, "--alias", "champion"));
        assertThat(Shared.trine("models").out()).contains("LATEST").contains("champion=1");
        assertThat(Shared.trineJson("models").json().path(0).path("name").asString())
                .isEqualTo("digits");

        Shell.Result deployed = Shared.trineJson("deploy", "digits@champion");
        ok(deployed);
        assertThat(deployed.json().path("state").asString()).isEqualTo("READY");
        Path request = Shared.file("request.json", request());
        Shell.Result answer = Shared.trineJson("predict", "digits", request.toString());
        ok(answer);
        assertThat(answer.json().path("outputs").path(0).path("data")).hasSize(10);
        assertThat(Shared.trine("predict", "digits", request.toString()).out())
                .contains("OUTPUT")
                .contains("FP32")
                .contains("1,10");

        Shell.Result status = Shared.trine("status");
        ok(status);
        assertThat(status.out())
                .contains("1 models")
                .contains("services: 1 ready")
                .contains("GiB");
        assertThat(Shared.trineJson("status").json().path("models").asInt()).isEqualTo(1);
    }

    private static String request() {
        String pixels = IntStream.range(0, 64).mapToObj(i -> i % 16 + ".0").collect(Collectors.joining(","));
        return "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,64],\"data\":[" + pixels + "]}]}";
    }

    @Test
    void whatThePlatformRefusesAndWorkThatFailsEndWithOne() {
        Shell.Result refused = Shared.trine("train", "--dataset", "nothing-here");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("NOT_FOUND").contains("nothing-here").contains("request ");
        assertThat(Shared.trine("predict", "no-such-service", "-").exit()).isEqualTo(1);
        String job = Shared.platform().home().toString(); // a job id is needed that is none: any text does
        assertThat(Shared.trine("logs", "job_" + job.hashCode()).exit()).isEqualTo(1);
    }

    @Test
    void aFollowedJobThatFailsEndsWithOneAndTheReason() throws IOException {
        String id = Shared.platform().http().shellJob("echo words; echo trouble >&2; exit 3", 0);
        Shell.Result followed = Shared.trine("logs", "-f", id);
        assertThat(followed.exit()).isEqualTo(1);
        assertThat(followed.out()).contains("words").contains("FAILED").contains("exit code 3");
        assertThat(followed.err()).contains("trouble");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no-such-command",
                "status --no-such-option",
                "dataset",
                "dataset push only-a-name",
                "dataset push name /no/such/file",
                "status -o yaml",
                "predict no-such-service /no/such/file",
                "up --port eight"
            })
    void aWrongCommandLineEndsWithTwoAndSaysWhat(String line) {
        Shell.Result wrong = Shared.trine(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(wrong.exit()).as(wrong.toString()).isEqualTo(2);
        assertThat(wrong.err()).isNotBlank().doesNotContain("\tat ");
    }

    @Test
    void withNoPlatformThereACommandEndsWithThree() {
        Shell.Result alone = Shell.trine(Map.of("TRINE_TOKEN", "any"), "status", "--server", "http://127.0.0.1:1");
        assertThat(alone.exit()).isEqualTo(3);
        assertThat(alone.err())
                .contains("no platform answers at http://127.0.0.1:1")
                .contains("trine up");
    }

    @Test
    void withoutALoginOrWithAWrongOneACommandEndsWithFour(@TempDir Path empty) throws IOException {
        var nobody = Map.of(
                "TRINE_CONFIG_DIR",
                empty.toString(),
                "TRINE_SERVER",
                Shared.platform().url());
        Shell.Result unknown = Shell.trine(nobody, "status");
        assertThat(unknown.exit()).isEqualTo(4);
        assertThat(unknown.err()).contains("trine login");
        Path token = Files.writeString(empty.resolve("token"), "nonsense\n");
        assertThat(Shell.trine(nobody, "status", "--token-file", token.toString())
                        .exit())
                .isEqualTo(4);
        assertThat(Shell.trineTold("wrong\n", nobody, "login", "--password-stdin")
                        .exit())
                .isEqualTo(4);
        assertThat(Shell.trine(nobody, "login").exit())
                .as("no terminal to ask on")
                .isEqualTo(2);
        assertThat(Shell.trine(nobody, "login", "--password-stdin").exit())
                .as("nothing on standard input")
                .isEqualTo(2);
        ok(Shell.trineTold(Shared.platform().password() + "\n", nobody, "login", "--password-stdin"));
        ok(Shell.trine(nobody, "status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"login --password secret", "status --token secret"})
    void noSecretIsTakenAsAnArgument(String line) {
        Shell.Result refused = Shared.trine(line.split(" "));
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("Unknown option");
    }

    @Test
    void aTokenInAFileIsGoodAndAFileWithoutOneIsNamed(@TempDir Path folder) throws IOException {
        String access = Shared.platform()
                .http()
                .post(
                        "/api/v1/auth/login",
                        Map.of(
                                "email",
                                Platform.EMAIL,
                                "password",
                                Shared.platform().password()))
                .is(200)
                .json()
                .path("accessToken")
                .asString();
        Path token = Files.writeString(folder.resolve("token"), access + "\n");
        var nobody = Map.of(
                "TRINE_CONFIG_DIR",
                folder.toString(),
                "TRINE_SERVER",
                Shared.platform().url());
        ok(Shell.trine(nobody, "status", "--token-file", token.toString()));
        Shell.Result none = Shell.trine(
                nobody, "status", "--token-file", folder.resolve("none").toString());
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains(folder.resolve("none").toString());
    }

    @Test
    void theCompletionScriptIsOne() throws IOException {
        Shell.Result script = Shell.trine(Map.of(), "generate-completion");
        ok(script);
        Path file = Shared.file("completion.sh", script.out());
        ok(Shell.run(Map.of(), List.of("bash", "-n", file.toString())));
        Shell.Result offered = Shell.run(
                Map.of(),
                List.of(
                        "bash",
                        "-c",
                        ". \"$0\"; COMP_WORDS=(trine st); COMP_CWORD=1; _complete_trine; echo \"${COMPREPLY[@]}\"",
                        file.toString()));
        assertThat(offered.out()).contains("status");
    }

    @Test
    void aBarShowsOnATerminal() throws IOException {
        assumeTrue(Shell.has("script"), "no script(1) here, which makes a terminal");
        Path file = Shared.file("bar.csv", "a,b\n1,2\n3,4\n");
        Shell.Result shown = Shell.run(
                Shared.user(),
                List.of(
                        "script",
                        "-qec",
                        "%s dataset push on-a-terminal %s".formatted(Shell.TRINE, file),
                        "/dev/null"));
        assertThat(shown.out()).contains("bar.csv [##############################] 100 %");
    }

    @Test
    void downStopsAPlatformOnceAndThenSaysThatNoneRuns(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        try (Platform platform = Platform.up(home)) {
            Shell.Result stopped = Shell.trine(Map.of(), "down", "--home", home.toString(), "-o", "json");
            ok(stopped);
            assertThat(stopped.json().path("stopped").asBoolean()).isTrue();
            assertThat(platform.awaitEnd()).isEqualTo(143);
        }
        Shell.Result none = Shell.trine(Map.of(), "down", "--home", home.toString());
        ok(none);
        assertThat(none.out()).contains("no platform runs with the home " + home);
        Shell.Result json = Shell.trine(Map.of(), "down", "--home", home.toString(), "-o", "json");
        assertThat(json.json().path("stopped").asBoolean()).isFalse();
    }

    @Test
    void downOfAFolderThatIsNoHomeSaysSoAndMakesNothing(@TempDir Path folder) {
        Shell.Result none = Shell.trine(Map.of(), "down", "--home", folder.toString());
        ok(none);
        assertThat(none.out()).contains(folder + " is no home of a platform");
        assertThat(folder).isEmptyDirectory();
    }
}
