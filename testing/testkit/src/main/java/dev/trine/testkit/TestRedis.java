package dev.trine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** One embedded Redis per JVM, started when first asked for. */
public final class TestRedis {

    private static @Nullable RedisServer server;

    private TestRedis() {}

    /** Its URI, {@code redis://127.0.0.1:port}. */
    public static synchronized String uri() {
        if (server == null) {
            try {
                int port = freePort();
                server = RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
                server.start();
                Runtime.getRuntime().addShutdownHook(new Thread(TestRedis::stop));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return "redis://127.0.0.1:" + server.ports().getFirst();
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
