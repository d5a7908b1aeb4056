package dev.trine.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.RedisServer;

/** PostgreSQL and Redis as children of this process; each is left out where the environment names one elsewhere. */
final class Engines implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

    private final CompletableFuture<@Nullable EmbeddedPostgres> postgres;
    private final CompletableFuture<@Nullable RedisServer> redis;
    private final String databaseUrl;
    private final String redisUrl;

    private Engines(
            CompletableFuture<@Nullable EmbeddedPostgres> postgres,
            CompletableFuture<@Nullable RedisServer> redis,
            String databaseUrl,
            String redisUrl) {
        this.postgres = postgres;
        this.redis = redis;
        this.databaseUrl = databaseUrl;
        this.redisUrl = redisUrl;
    }

    /** Begins to start both side by side; their addresses are known at once. */
    static Engines start(Home home) throws IOException {
        String database = System.getenv("TRINE_DATABASE_URL");
        String externalRedis = System.getenv("TRINE_REDIS_URL");
        int postgresPort = freePort();
        int redisPort = freePort();
        return new Engines(
                CompletableFuture.supplyAsync(() -> database == null ? postgres(home, postgresPort) : null),
                CompletableFuture.supplyAsync(() -> externalRedis == null ? redis(home, redisPort) : null),
                database == null
                        ? "jdbc:postgresql://localhost:%d/postgres?user=postgres".formatted(postgresPort)
                        : database,
                externalRedis == null ? "redis://127.0.0.1:" + redisPort : externalRedis);
    }

    /**
     * Waits until both run.
     *
     * @throws IOException saying which one does not start
     */
    void await() throws IOException {
        try {
            postgres.join();
            redis.join();
        } catch (CompletionException e) {
            throw new IOException("an engine does not start: " + e.getCause(), e);
        }
    }

    private static EmbeddedPostgres postgres(Home home, int port) {
        try {
            Files.createDirectories(home.engines());
            LeftOver.end(home.postgres().resolve("postmaster.pid"), "postgres");
            return EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(home.engines().toFile())
                    .setDataDirectory(home.postgres())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_connections", "60")
                    .setServerConfig("shared_buffers", "64MB")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RedisServer redis(Home home, int port) {
        try {
            LeftOver.end(home.redisPid(), "redis");
            RedisServer server = RedisServer.newRedisServer()
                    .port(port)
                    .setting("bind 127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .setting("pidfile " + home.redisPid())
                    .build();
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JDBC URL, user and password included. */
    String databaseUrl() {
        return databaseUrl;
    }

    String redisUrl() {
        return redisUrl;
    }

    @Override
    public void close() {
        try {
            RedisServer server = redis.join();
            if (server != null) {
                server.stop();
            }
        } catch (IOException | CompletionException e) {
            LOG.warn("Redis did not stop well", e);
        }
        try {
            EmbeddedPostgres server = postgres.join();
            if (server != null) {
                server.close();
            }
        } catch (IOException | CompletionException e) {
            LOG.warn("PostgreSQL did not stop well", e);
        }
    }

    /** A port that nobody listens on now. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
