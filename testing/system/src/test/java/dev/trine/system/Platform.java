package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One {@code trine up} as a process of its own, in a process group of its own. */
final class Platform implements AutoCloseable {

    static final String EMAIL = "admin@trine.local";
    private static final Pattern UP = Pattern.compile("Trine is up at http://127\\.0\\.0\\.1:(\\d+)");

    private final Path home;
    private final Process process;
    private final Path output;

    private Platform(Path home, Process process, Path output) {
        this.home = home;
        this.process = process;
        this.output = output;
    }

    /** Starts one, at any port if that is 0, and does not wait for it. */
    static Platform begin(Path home, int port, Map<String, String> env, List<String> before) throws IOException {
        Path output = Files.createTempFile(Shell.scratch(), "platform", ".log");
        var line = new ArrayList<>(before);
        // its own session, so that a signal to its process group reaches it as Ctrl-C would, and not these tests; where
        // these
        // run in the background, a script may have them ignore Ctrl-C, which a child would inherit
        line.addAll(List.of(
                "env",
                "--default-signal=INT",
                "setsid",
                Shell.TRINE.toString(),
                "up",
                "--home",
                home.toString(),
                "--port",
                Integer.toString(port)));
        var environment = new HashMap<>(env);
        environment.put("TRINE_SYSTEM_TEST", home.toString());
        Process process = Shell.command(environment, line)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Platform(home, process, output);
    }

    static Platform up(Path home, int port, Map<String, String> env) throws IOException {
        Platform platform = begin(home, port, env, List.of());
        platform.awaitUp();
        return platform;
    }

    static Platform up(Path home) throws IOException {
        return up(home, 0, Map.of());
    }

    void awaitUp() {
        await("the platform's start").until(() -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            return UP.matcher(output()).find();
        });
    }

    Path home() {
        return home;
    }

    /** Of one that is up, as it says itself. */
    int port() {
        Matcher said = UP.matcher(output());
        assertThat(said.find()).as(output()).isTrue();
        return Integer.parseInt(said.group(1));
    }

    long pid() {
        return process.pid();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    String password() throws IOException {
        return Files.readString(home.resolve("admin-password")).strip();
    }

    /** As the first admin. */
    Http http() throws IOException {
        return http(password());
    }

    Http http(String password) {
        return Http.login(url(), EMAIL, password);
    }

    /** Makes a job's {@link #gate}. */
    void letGo(Http http, String job) throws IOException {
        Files.createFile(gate(http, job));
    }

    /** The file {@code go} in the folder in which a job runs; a sandboxed one sees hardly any other. */
    Path gate(Http http, String job) {
        String attempt = http.get("/api/v1/training/jobs/" + job)
                .json()
                .path("attempts")
                .valueStream()
                .toList()
                .getLast()
                .path("id")
                .asString();
        return home.resolve("attempts").resolve(attempt).resolve("work").resolve("go");
    }

    /** Waits as long as it runs. */
    void join() throws InterruptedException {
        process.waitFor();
    }

    /** Waits until it has ended; its exit code. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .as("the platform ends; it said %s", output())
                .isTrue();
        return process.exitValue();
    }

    /** Kills all that is left, and waits until it is gone. */
    @Override
    public void close() {
        Processes.killAll(home);
        await("the platform to be gone").until(() -> !process.isAlive());
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
