package dev.trine.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.trine.lib.routing.GatewayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** What stands behind the proxies in this process: a control plane that only tells the routing, and a source of events. */
final class Upstreams implements AutoCloseable {

    static final String KEY = "trine_00000000000000000000000000000001_bench";
    static final int EVENTS = 10_000;

    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServer controlPlane;
    private final ServerSocket events;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Upstreams(HttpServer controlPlane, ServerSocket events) {
        this.controlPlane = controlPlane;
        this.events = events;
    }

    /** @param fixed the port of the upstream that answers requests of the service {@code digits} */
    static Upstreams start(int fixed) throws IOException {
        var controlPlane = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        controlPlane.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var events = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        var started = new Upstreams(controlPlane, events);
        String config = new JsonMapper().writeValueAsString(routing(fixed, events.getLocalPort()));
        controlPlane.createContext("/internal/gateway/config", exchange -> started.tell(exchange, config));
        controlPlane.start();
        Thread.ofPlatform().daemon().start(started::accept);
        return started;
    }

    int controlPlanePort() {
        return controlPlane.getAddress().getPort();
    }

    int eventsPort() {
        return events.getLocalPort();
    }

    private static GatewayConfig routing(int fixed, int events) {
        return new GatewayConfig(
                1,
                Instant.EPOCH,
                List.of(service("digits", fixed), service("events", events)),
                Map.of("bench", new GatewayConfig.Project("prj_1", "org_1")),
                List.of(new GatewayConfig.ApiKey(
                        "key_1", sha256(KEY), "org_1", "prj_1", List.of("inference:invoke"), null)),
                "{\"keys\":[]}");
    }

    private static GatewayConfig.Service service(String name, int port) {
        return new GatewayConfig.Service(
                "svc_" + name, "bench", name, List.of(new GatewayConfig.Replica("rep_" + name, "127.0.0.1", port)));
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private void tell(HttpExchange exchange, String config) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("event: config\ndata: %s\n\n".formatted(config).getBytes(StandardCharsets.UTF_8));
            while (!closed.await(5, java.util.concurrent.TimeUnit.SECONDS)) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = events.accept();
                Thread.ofVirtual().start(() -> stream(socket));
            } catch (IOException isClosed) {
                return;
            }
        }
    }

    /** Each event is a chunk and a write of its own, as a language model's tokens are. */
    private static void stream(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            int newlines = 0;
            for (int c = in.read(); c >= 0; c = in.read()) {
                newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
                if (newlines == 2) {
                    newlines = 0;
                    out.write(HEAD);
                    for (int i = 0; i < EVENTS; i++) {
                        String event = "data: {\"token\":\"word\",\"index\":%05d}\n\n".formatted(i);
                        out.write(
                                "%x\r\n%s\r\n".formatted(event.length(), event).getBytes(StandardCharsets.US_ASCII));
                    }
                    out.write(LAST);
                }
            }
        } catch (IOException theOtherSideIsGone) {
            // the next stream gets a connection of its own
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        events.close();
        controlPlane.stop(0);
    }
}
