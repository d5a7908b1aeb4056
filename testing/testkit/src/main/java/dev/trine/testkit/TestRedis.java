package dev.trine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** One embedded Redis per JVM, started when first asked for. */
public final class TestRedis {

    private static @Nullable RedisServer server;

    private TestRedis() {}

    /** Its URI, {@code redis://127.0.0.1:port}. */
    public static synchronized String uri() {
        if (server == null) {
            server = start();
            Runtime.getRuntime().addShutdownHook(new Thread(TestRedis::stop));
        }
        return "redis://127.0.0.1:" + server.ports().getFirst();
    }

    /** Redis cannot be asked to choose a port itself, and one that is free now may be somebody else's a moment later. */
    private static RedisServer start() {
        IOException refused = null;
        for (int tried = 0; tried < 5; tried++) {
            try {
                RedisServer starting = RedisServer.newRedisServer()
                        .port(freePort())
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
                starting.start();
                return starting;
            } catch (IOException e) {
                refused = e;
            }
        }
        throw new UncheckedIOException(Objects.requireNonNull(refused));
    }

    private static synchronized void stop() {
        if (server != null) {
            try {
                server.stop();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
