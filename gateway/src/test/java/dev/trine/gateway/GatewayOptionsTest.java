package dev.trine.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway makes of what it is told at its start, as a process too. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class GatewayOptionsTest {

    @TempDir
    Path folder;

    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static GatewayOptions options(String controlPlane) {
        return GatewayOptions.fromEnvironment(
                Map.of("TRINE_INTERNAL_TOKEN", "secret", "TRINE_CONTROL_PLANE_URL", controlPlane));
    }

    @Test
    void withoutAPortTheControlPlaneIsAtPort80() {
        assertThat(options("http://control-plane").controlPlane()).isEqualTo(URI.create("http://control-plane:80"));
        assertThat(options("http://control-plane:8081/").controlPlane())
                .isEqualTo(URI.create("http://control-plane:8081"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://control-plane",
                "control-plane:8081",
                "http://",
                "http://control-plane/api",
                "http://user@control-plane",
                "http://control-plane:99999",
                "http://control plane"
            })
    void whatCannotBeSpokenToIsRefusedWithTheReason(String url) {
        assertThatThrownBy(() -> options(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRINE_CONTROL_PLANE_URL")
                .hasMessageContaining("http://host[:port]")
                .hasMessageContaining("'" + url + "'");
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        assertThatThrownBy(() -> GatewayOptions.fromEnvironment(
                        Map.of("TRINE_INTERNAL_TOKEN", "secret", "TRINE_GATEWAY_PORT", "http")))
                .hasMessageContaining("TRINE_GATEWAY_PORT")
                .hasMessageContaining("'http'");
    }

    @Test
    void limitsAreReadAndThoseThatBoundNothingAreRefused() {
        assertThat(GatewayOptions.fromEnvironment(Map.of(
                                "TRINE_INTERNAL_TOKEN", "secret",
                                "TRINE_GATEWAY_CLIENT_CONNECTIONS", "9",
                                "TRINE_GATEWAY_CLIENT_REQUESTS", "8",
                                "TRINE_GATEWAY_CLIENT_BODIES", "7",
                                "TRINE_GATEWAY_BODY_TIMEOUT", "6",
                                "TRINE_GATEWAY_IDLE_TIMEOUT", "5"))
                        .limits())
                .isEqualTo(new GatewayOptions.Limits(9, 8, 7, Duration.ofSeconds(6), Duration.ofSeconds(5)));
        assertThat(options("http://control-plane").limits()).isEqualTo(GatewayOptions.Limits.DEFAULT);
        for (String wrong : List.of("0", "-1", "many")) {
            assertThatThrownBy(() -> GatewayOptions.fromEnvironment(
                            Map.of("TRINE_INTERNAL_TOKEN", "secret", "TRINE_GATEWAY_CLIENT_BODIES", wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TRINE_GATEWAY_CLIENT_BODIES");
        }
    }

    @Test
    void aProcessThatCannotStartEnds() throws Exception {
        process = gateway(Map.of("TRINE_CONTROL_PLANE_URL", "https://control-plane"));
        assertThat(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output(process))
                .containsExactly(
                        "the control plane's address (TRINE_CONTROL_PLANE_URL) must be http://host[:port], without TLS, user or"
                                + " path, not 'https://control-plane'");
    }

    @Test
    void aProcessWhosePortIsTakenEnds() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            process = gateway(Map.of("TRINE_GATEWAY_PORT", String.valueOf(taken.getLocalPort())));
            assertThat(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(output(process))
                    .last()
                    .asString()
                    .startsWith("cannot listen on 127.0.0.1:%d: ".formatted(taken.getLocalPort()));
        }
    }

    @Test
    void aProcessThatIsKilledLeavesNoFolderBehind() throws Exception {
        process = gateway(Map.of());
        Process started = process;
        var line = CompletableFuture.supplyAsync(() -> firstLine(started));
        assertThat(line.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).contains("gateway listens");
        process.destroyForcibly();
        assertThat(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
    }

    private Process gateway(Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + folder,
                        "-Dlogback.configurationFile=gateway-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.trine.gateway.Gateway")
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "TRINE_INTERNAL_TOKEN", "secret",
                        "TRINE_GATEWAY_HOST", "127.0.0.1",
                        "TRINE_GATEWAY_PORT", "0",
                        "TRINE_CONTROL_PLANE_URL", "http://127.0.0.1:1"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String firstLine(Process process) {
        try {
            return String.valueOf(process.inputReader(StandardCharsets.UTF_8).readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> output(Process process) throws IOException {
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines().toList();
        }
    }
}
