package dev.trine.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.trine.lib.routing.GatewayConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway needs to see of a control plane: it tells the routing, on a real socket. */
final class SmallControlPlane implements AutoCloseable {

    static final String TOKEN = "internal-secret";
    static final String KEY = "trine_00000000000000000000000000000001_secret";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ROUTING = "/internal/gateway/config";

    /** Whole events of its stream. */
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final HttpServer http;

    private SmallControlPlane(HttpServer http) {
        this.http = http;
    }

    static SmallControlPlane start() throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var controlPlane = new SmallControlPlane(http);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext(ROUTING, controlPlane::stream);
        http.start();
        return controlPlane;
    }

    void answer(String path, HttpHandler how) {
        http.createContext(path, how);
    }

    /** From now on the routing is not to be had here. */
    void forgetRouting() {
        http.removeContext(ROUTING);
    }

    int port() {
        return http.getAddress().getPort();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    void tell(GatewayConfig config) {
        tell("config", JSON.writeValueAsString(config));
    }

    void tell(String event, String data) {
        events.add("event: %s\ndata: %s\n\n".formatted(event, data));
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Trine-Internal"))) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                out.write(events.take().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }

    /** A routing with the service {@code digits} of the project {@code shop}. */
    static GatewayConfig config(GatewayConfig.ApiKey key, int... ports) {
        return config(key, List.of(service("digits", ports)));
    }

    static GatewayConfig config(GatewayConfig.ApiKey key, List<GatewayConfig.Service> services) {
        return config(key, services, "{\"keys\":[]}");
    }

    static GatewayConfig config(GatewayConfig.ApiKey key, List<GatewayConfig.Service> services, String jwks) {
        return new GatewayConfig(
                1,
                Instant.EPOCH,
                services,
                Map.of(
                        "shop",
                        new GatewayConfig.Project("prj_1", "org_1"),
                        "other",
                        new GatewayConfig.Project("prj_2", "org_2")),
                List.of(key),
                jwks);
    }

    static GatewayConfig.Service service(String name, int... ports) {
        List<GatewayConfig.Replica> replicas = IntStream.of(ports)
                .mapToObj(port -> new GatewayConfig.Replica("rep_" + port, "127.0.0.1", port))
                .toList();
        return new GatewayConfig.Service("svc_" + name, "shop", name, replicas);
    }

    static GatewayConfig.ApiKey goodKey() {
        return key("prj_1", List.of("inference:invoke"), null);
    }

    static GatewayConfig.ApiKey key(@Nullable String project, List<String> scopes, @Nullable Instant expires) {
        return new GatewayConfig.ApiKey(
                "key_1", sha256(KEY.getBytes(StandardCharsets.UTF_8)), "org_1", project, scopes, expires);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
