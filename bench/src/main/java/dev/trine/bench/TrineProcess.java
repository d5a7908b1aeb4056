package dev.trine.bench;

import dev.trine.cli.Api;
import dev.trine.cli.Polling;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A platform as its user starts it, by {@code trine up}.
 *
 * @param readySeconds from the start of the process until {@code GET /health/ready} answered 200
 */
record TrineProcess(ProcessHandle process, Path home, int port, double readySeconds) implements AutoCloseable {

    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    static TrineProcess up(Path distribution, Path home) throws IOException, InterruptedException {
        int port = Ports.free();
        Path log = home.resolveSibling(home.getFileName() + ".log"); // not in the home, which has to be empty at first
        long begin = System.nanoTime();
        ProcessHandle process = new ProcessBuilder(
                        distribution.resolve("bin/trine").toString(),
                        "up",
                        "--home",
                        home.toString(),
                        "--port",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .toHandle();
        try {
            awaitReady(process, port);
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
        return new TrineProcess(process, home, port, (System.nanoTime() - begin) / 1e9);
    }

    private static void awaitReady(ProcessHandle process, int port) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Optional<Boolean> ready = Polling.until(MOST_WAIT, LOOK_AGAIN, () -> {
                if (!process.isAlive()) {
                    return Optional.of(false);
                }
                try {
                    int status = client.send(request, BodyHandlers.discarding()).statusCode();
                    return status == 200 ? Optional.of(true) : Optional.empty();
                } catch (IOException notListening) {
                    return Optional.empty();
                }
            });
            if (!ready.orElse(false)) {
                throw new IOException("`trine up` did not become ready");
            }
        }
    }

    /** Memory of the platform's process and its children, and of PostgreSQL, which is nobody's child; in bytes. */
    long pss() throws IOException {
        String postmaster =
                Files.readAllLines(home.resolve("postgres/postmaster.pid")).getFirst();
        long engines = ProcessHandle.of(Long.parseLong(postmaster.strip())).isPresent()
                ? new ProcessTree(ProcessHandle.of(Long.parseLong(postmaster.strip()))
                                .orElseThrow())
                        .pss()
                : 0;
        return new ProcessTree(process).pss() + engines;
    }

    /** The public API as the first admin, in the project that exists from the first start. */
    Api admin() throws IOException {
        Api api = Api.at("http://127.0.0.1:" + port);
        String password = Files.readString(home.resolve("admin-password")).strip();
        String token = api.post("/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", password))
                .path("accessToken")
                .asString();
        return api.as(token).in("default");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.onExit().get(MOST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the platform does not stop", e);
        }
    }
}
