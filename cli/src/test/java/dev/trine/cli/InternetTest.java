package dev.trine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client asks of a platform about the network of jobs. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class InternetTest {

    private static final String PROJECTS = """
            {"items": [
              {"id": "prj_1", "organizationId": "org_1", "slug": "other", "internetAccess": false},
              {"id": "prj_2", "organizationId": "org_2", "slug": "mine", "internetAccess": false}]}
            """;

    @TempDir
    private Path folder;

    private HttpServer server;
    private final List<String> changes = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("token"), "trine_key");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET")) {
                changes.add("%s %s %s"
                        .formatted(
                                method,
                                exchange.getRequestURI(),
                                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            }
            byte[] answer = (method.equals("GET") ? PROJECTS : "{\"id\": \"job_1\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int trine(List<String> words, String... more) {
        List<String> session = List.of(
                "--server=http://127.0.0.1:" + server.getAddress().getPort(),
                "--token-file=" + folder.resolve("token"));
        return Cli.commandLine()
                .execute(Stream.of(words.stream(), session.stream(), Stream.of(more))
                        .flatMap(each -> each)
                        .toArray(String[]::new));
    }

    @Test
    void aProjectIsNamedByItsSlugAndFoundInItsOrganization() {
        assertThat(trine(List.of("projects", "internet", "mine", "on"))).isEqualTo(ExitCode.OK);
        assertThat(trine(List.of("projects", "internet", "mine", "off"))).isEqualTo(ExitCode.OK);
        assertThat(changes)
                .containsExactly(
                        "PATCH /api/v1/orgs/org_2/projects/prj_2 {\"internetAccess\":true}",
                        "PATCH /api/v1/orgs/org_2/projects/prj_2 {\"internetAccess\":false}");
    }

    @Test
    void aProjectThatIsNotReachedIsNotChanged() {
        assertThat(trine(List.of("projects", "internet", "foreign", "on"))).isEqualTo(ExitCode.FAILED);
        assertThat(trine(List.of("projects", "internet", "mine", "perhaps"))).isEqualTo(ExitCode.USAGE);
        assertThat(changes).isEmpty();
    }

    @Test
    void aCommandsNetworkIsSentAlong() {
        assertThat(trine(List.of("train", "--dataset=d", "--network=internet"), "--", "python3"))
                .isEqualTo(ExitCode.OK);
        assertThat(changes).singleElement().asString().contains("\"network\":\"internet\"");
    }

    @Test
    void aBuiltInAlgorithmHasNoNetworkToChoose() {
        assertThat(trine(List.of("train", "--dataset=d", "--network=internet"))).isEqualTo(ExitCode.USAGE);
        assertThat(changes).isEmpty();
    }
}
