package dev.trine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.trine.lib.routing.GatewayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A gateway between real sockets: a small control plane and replicas on one side, an HTTP client on the other. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class GatewayTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "internal-secret";
    private static final String KEY = "trine_00000000000000000000000000000001_secret";
    private static final GatewayConfig.Project PROJECT = new GatewayConfig.Project("prj_1", "org_1");

    @TempDir
    Path folder;

    private final BlockingQueue<GatewayConfig> configs = new LinkedBlockingQueue<>();
    private HttpServer upstream;
    private Gateway gateway;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/internal/gateway/config", this::stream);
        upstream.createContext("/api/echo", GatewayTest::echo);
        upstream.createContext("/v2/", GatewayTest::echo);
        upstream.createContext("/api/events", GatewayTest::slowEvents);
        upstream.start();
        client = HttpClient.newHttpClient();
        gateway = open();
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.stop(0);
    }

    private Gateway open() throws Exception {
        Path web = folder.resolve("web");
        Files.createDirectories(web.resolve("assets"));
        Files.writeString(web.resolve("index.html"), "<p>the UI");
        Files.writeString(web.resolve("assets/app.js"), "1");
        Files.writeString(folder.resolve("secret.txt"), "secret");
        return Gateway.start(
                new GatewayOptions(
                        "127.0.0.1",
                        0,
                        URI.create("http://127.0.0.1:" + upstream.getAddress().getPort()),
                        TOKEN,
                        folder.resolve("routing.json"),
                        web),
                Clock.systemUTC());
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
                GatewayConfig config = configs.take();
                out.write("event: config\ndata: %s\n\n"
                        .formatted(JSON.writeValueAsString(config))
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void echo(HttpExchange exchange) throws IOException {
        byte[] digest;
        try (InputStream body = exchange.getRequestBody()) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[1 << 16];
            for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                sha.update(piece, 0, n);
            }
            digest = sha.digest();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        String told = "%s %s %s forwarded=%s internal=%s id=%s"
                .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        HexFormat.of().formatHex(digest),
                        exchange.getRequestHeaders().getFirst("X-Forwarded-For"),
                        exchange.getRequestHeaders().getFirst("X-Trine-Internal"),
                        exchange.getRequestHeaders().getFirst("X-Request-Id"));
        byte[] bytes = told.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static final CountDownLatch FIRST_SEEN = new CountDownLatch(1);

    private static void slowEvents(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            FIRST_SEEN.await(20, TimeUnit.SECONDS);
            out.write("data: two\n\n".getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private GatewayConfig config(GatewayConfig.ApiKey key, int... ports) {
        List<GatewayConfig.Replica> replicas = java.util.stream.IntStream.of(ports)
                .mapToObj(port -> new GatewayConfig.Replica("rep_" + port, "127.0.0.1", port, 1))
                .toList();
        return new GatewayConfig(
                1,
                Instant.EPOCH,
                List.of(),
                List.of(new GatewayConfig.Service("svc_1", "shop", "digits", replicas)),
                Map.of("shop", PROJECT, "other", new GatewayConfig.Project("prj_2", "org_2")),
                List.of(key),
                "{\"keys\":[]}");
    }

    private static GatewayConfig.ApiKey key(@Nullable String project, List<String> scopes, @Nullable Instant expires)
            throws Exception {
        String sha256 = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8)));
        return new GatewayConfig.ApiKey("key_1", sha256, "org_1", project, scopes, expires);
    }

    private static GatewayConfig.ApiKey goodKey() throws Exception {
        return key("prj_1", List.of("inference:invoke"), null);
    }

    private void route(GatewayConfig config) throws Exception {
        configs.put(config);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!gateway.ready() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(gateway.ready()).isTrue();
    }

    private int port() {
        return upstream.getAddress().getPort();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> infer(String key) throws Exception {
        return get("/serve/shop/digits/v2/models/m/infer?a=b", "Authorization", "Bearer " + key);
    }

    @Test
    void aKeyOfTheProjectReachesAReplicaWithThePathAfterTheService() throws Exception {
        route(config(goodKey(), port()));
        HttpResponse<String> answer = infer(KEY);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("GET /v2/models/m/infer?a=b ").contains("forwarded=127.0.0.1");
    }

    @Test
    void whoIsNotAllowedIsToldWhyInAProblem() throws Exception {
        route(config(goodKey(), port()));
        HttpResponse<String> nobody = get("/serve/shop/digits/v2");
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.body()).contains("\"code\":\"UNAUTHENTICATED\"").contains("requestId");
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(infer(KEY + "x").statusCode()).isEqualTo(401);
        assertThat(infer("a.b.c").statusCode()).isEqualTo(401);
        assertThat(get("/serve/other/digits/v2", "Authorization", "Bearer " + KEY)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/serve/shop/nothing/v2", "Authorization", "Bearer " + KEY)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/serve/shop", "Authorization", "Bearer " + KEY).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aKeyWithoutTheScopeIsDenied() throws Exception {
        route(config(key("prj_1", List.of("datasets:read"), null), port()));
        assertThat(infer(KEY).statusCode()).isEqualTo(403);
    }

    @Test
    void anExpiredKeyIsRefused() throws Exception {
        route(config(key(null, List.of("*"), Instant.EPOCH), port()));
        HttpResponse<String> answer = infer(KEY);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("TOKEN_EXPIRED");
    }

    @Test
    void aKeyOfAnotherProjectSeesNoService() throws Exception {
        route(config(key("prj_9", List.of("*"), null), port()));
        assertThat(infer(KEY).statusCode()).isEqualTo(404);
    }

    @Test
    void aDeadReplicaIsPassedOverWithoutTheCallerNoticing() throws Exception {
        int dead;
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = socket.getLocalPort();
        }
        route(config(goodKey(), dead, port()));
        for (int i = 0; i < 20; i++) {
            assertThat(infer(KEY).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutAReadyReplicaTheServiceIsUnavailable() throws Exception {
        route(config(goodKey()));
        HttpResponse<String> answer = infer(KEY);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("SERVICE_NOT_READY");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void aLargeBodyPassesWholeAndThePlatformsOwnHeadersCannotBeForged() throws Exception {
        route(config(goodKey(), port()));
        byte[] body = new byte[32 << 20];
        new java.util.Random(1).nextBytes(body);
        HttpResponse<String> answer = client.send(
                to("/api/echo")
                        .header("X-Trine-Internal", TOKEN)
                        .header("X-Request-Id", "my-own-id-1")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
        String sha =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        assertThat(answer.body())
                .contains("POST /api/echo " + sha)
                .contains("internal=null")
                .contains("id=my-own-id-1");
        assertThat(answer.headers().firstValue("X-Request-Id")).contains("my-own-id-1");
    }

    @Test
    void eventsPassAtOnce() throws Exception {
        route(config(goodKey(), port()));
        HttpResponse<InputStream> answer = client.send(to("/api/events").build(), BodyHandlers.ofInputStream());
        try (var lines =
                new java.io.BufferedReader(new java.io.InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("data: one");
            FIRST_SEEN.countDown();
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("data: two");
        }
    }

    @Test
    void theInternalPathsAreNotThereFromOutside() throws Exception {
        route(config(goodKey(), port()));
        assertThat(get("/internal/gateway/config", "X-Trine-Internal", TOKEN).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theLastRoutingServesOnWhenTheControlPlaneIsAway() throws Exception {
        route(config(goodKey(), port()));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(folder.resolve("routing.json")) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        gateway.close();
        upstream.removeContext("/internal/gateway/config");
        gateway = open();
        assertThat(infer(KEY).statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void theUiIsServedAndItsOwnPagesToo() throws Exception {
        assertThat(get("/").body()).isEqualTo("<p>the UI");
        assertThat(get("/jobs/job_1", "Accept", "text/html").body()).isEqualTo("<p>the UI");
        assertThat(get("/assets/app.js").headers().firstValue("Cache-Control").orElse(""))
                .contains("immutable");
        assertThat(get("/assets/gone.js").statusCode()).isEqualTo(404);
        assertThat(get("/").headers().firstValue("Content-Security-Policy")).isPresent();
    }

    @Test
    void noPathLeadsOutOfTheUisFolder() throws Exception {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream()
                    .write("GET /../secret.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).doesNotContain("secret");
        }
    }

    @Test
    void anAbsentControlPlaneIsAProblemNotAHang() throws Exception {
        upstream.stop(0);
        HttpResponse<String> answer = get("/api/v1/anything");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("CONTROL_PLANE_UNAVAILABLE");
    }
}
