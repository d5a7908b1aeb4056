package dev.trine.bench;

import dev.trine.cli.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** MLflow's own server with two workers, on a database of its own in the PostgreSQL of a platform that runs. */
record MlflowServer(int port, ProcessTree process) implements AutoCloseable {

    private static final Duration MOST_WAIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String MAKE_DATABASE = """
            import sys, psycopg2
            connection = psycopg2.connect(sys.argv[1])
            connection.autocommit = True
            connection.cursor().execute("CREATE DATABASE mlflow")
            """;

    /** @param home of the platform */
    static MlflowServer start(String python, Path home) throws IOException, InterruptedException {
        String password =
                Files.readString(home.resolve("secrets/database-password")).strip();
        String server = "postgresql://postgres:%s@/%%s?host=%s".formatted(password, home.resolve("run"));
        Process making = new ProcessBuilder(python, "-c", MAKE_DATABASE, server.formatted("postgres"))
                .inheritIO()
                .start();
        if (making.waitFor() != 0) {
            throw new IOException("no database could be made for MLflow");
        }
        int port = Ports.free();
        Path folder = Files.createTempDirectory("mlflow-bench");
        var builder = new ProcessBuilder(List.of(
                        python,
                        "-m",
                        "mlflow",
                        "server",
                        "--workers",
                        "2",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--backend-store-uri",
                        server.formatted("mlflow").replaceFirst("postgresql:", "postgresql+psycopg2:"),
                        "--artifacts-destination",
                        folder.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        var started = new MlflowServer(port, new ProcessTree(builder.start().toHandle()));
        Optional<Boolean> listens = Polling.until(MOST_WAIT, LOOK_AGAIN, () -> {
            if (!started.process().root().isAlive()) {
                return Optional.of(false);
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return Optional.of(true);
            } catch (IOException notYet) {
                return Optional.empty();
            }
        });
        if (!listens.orElse(false)) {
            started.close();
            throw new IOException("MLflow does not listen; see " + folder);
        }
        return started;
    }

    @Override
    public void close() {
        process.root().descendants().forEach(ProcessHandle::destroy);
        process.root().destroy();
    }
}
