package dev.trine.storage;

import dev.trine.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A MinIO of the tests' own, with its data in a new folder. */
final class Minio implements AutoCloseable {

    static final String ACCESS_KEY = "trine-test";
    static final String SECRET_KEY = "trine-test-secret";

    private final String executable;
    private final Process process;
    private final int port;

    private Minio(String executable, Process process, int port) {
        this.executable = executable;
        this.process = process;
        this.port = port;
    }

    static Minio start(String executable, Path folder) throws IOException {
        Path data = Files.createTempDirectory(folder, "minio");
        int port = freePort();
        var builder = new ProcessBuilder(List.of(
                        executable,
                        "server",
                        "--quiet",
                        "--address",
                        "127.0.0.1:" + port,
                        "--console-address",
                        "127.0.0.1:" + freePort(),
                        data.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(data.getFileName() + ".log").toFile());
        builder.environment().putAll(Map.of("MINIO_ROOT_USER", ACCESS_KEY, "MINIO_ROOT_PASSWORD", SECRET_KEY));
        var minio = new Minio(executable, builder.start(), port);
        try {
            minio.awaitReady();
        } catch (IOException e) {
            minio.close();
            throw e;
        }
        return minio;
    }

    private void awaitReady() throws IOException {
        long end = System.nanoTime() + Await.DEADLINE.toNanos();
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/minio/health/ready".formatted(port)))
                .timeout(Duration.ofSeconds(2))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end && process.isAlive()) {
                try {
                    if (client.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    // asked again below, after a moment or the process's end
                }
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("MinIO does not start");
    }

    String executable() {
        return executable;
    }

    /** Settings for a bucket, which is made when it is not there. */
    StorageProperties.S3 bucket(String name) {
        return new StorageProperties.S3(
                "http://127.0.0.1:" + port, "us-east-1", name, true, true, ACCESS_KEY, SECRET_KEY);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
