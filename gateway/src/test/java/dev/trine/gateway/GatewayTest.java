package dev.trine.gateway;

import static dev.trine.gateway.SmallControlPlane.KEY;
import static dev.trine.gateway.SmallControlPlane.TOKEN;
import static dev.trine.gateway.SmallControlPlane.config;
import static dev.trine.gateway.SmallControlPlane.goodKey;
import static dev.trine.gateway.SmallControlPlane.key;
import static dev.trine.gateway.SmallControlPlane.service;
import static dev.trine.gateway.SmallControlPlane.sha256;
import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.testkit.Await;
import dev.trine.testkit.DeafPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A gateway between real sockets: a small control plane and replicas on one side, an HTTP client on the other. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class GatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    /** Also every service's replica. */
    private SmallControlPlane upstream;

    private Gateway gateway;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        upstream = SmallControlPlane.start();
        upstream.answer("/api/echo", GatewayTest::echo);
        upstream.answer("/p/", GatewayTest::echo);
        upstream.answer("/v2/", GatewayTest::echo);
        upstream.answer("/api/events", this::slowEvents);
        upstream.answer("/api/burst", GatewayTest::burst);
        client = HttpClient.newHttpClient();
        gateway = open();
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.close();
    }

    private Gateway open() throws Exception {
        Path web = folder.resolve("web");
        Files.createDirectories(web.resolve("assets"));
        Files.writeString(web.resolve("index.html"), "<p>the UI");
        Files.writeString(web.resolve("assets/app.js"), "1");
        Files.writeString(folder.resolve("secret.txt"), "secret");
        return Gateway.start(
                new GatewayOptions("127.0.0.1", 0, upstream.url(), TOKEN, folder.resolve("routing.json"), web),
                Clock.systemUTC());
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

    /** Counted down when the first of the slow events has come through. */
    private final CountDownLatch firstSeen = new CountDownLatch(1);

    private void slowEvents(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertThat(firstSeen.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            out.write("data: two\n\n".getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final int BURST = 10_000;

    /** Every event is flushed, which makes it a chunk of its own. */
    private static void burst(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < BURST; i++) {
                out.write("data: %d\n\n".formatted(i).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private static String sha256Of(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private void route(GatewayConfig config) throws Exception {
        upstream.tell(config);
        await("the routing").until(gateway::ready);
    }

    private int port() {
        return upstream.port();
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
        try (var deaf = DeafPort.open()) {
            route(config(goodKey(), deaf.number(), port()));
            for (int i = 0; i < 20; i++) {
                assertThat(infer(KEY).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void theBodyIsNotLostWhenASecondReplicaMustBeTried() throws Exception {
        try (var deaf = DeafPort.open()) {
            // the draw falls on the dead one every other time, so that none of them is drawn in one run of a million
            var services = new java.util.ArrayList<GatewayConfig.Service>();
            for (int i = 0; i < 20; i++) {
                services.add(service("digits-" + i, deaf.number(), port()));
            }
            route(config(goodKey(), services));
            for (int i = 0; i < services.size(); i++) {
                String body = "a digit ".repeat(i % 2 == 0 ? 1 : 100_000);
                HttpResponse<String> answer = client.send(
                        to("/serve/shop/digits-" + i + "/v2/models/m/infer")
                                .header("Authorization", "Bearer " + KEY)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(answer.body()).startsWith("POST /v2/models/m/infer " + sha256Of(body));
            }
        }
    }

    @Test
    void aBodyOfUnknownLengthPassesWhole() throws Exception {
        route(config(goodKey(), port()));
        String body = "piece by piece ".repeat(50_000);
        HttpResponse<String> answer = client.send(
                to("/api/echo")
                        .POST(BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.body()).startsWith("POST /api/echo " + sha256Of(body));
    }

    @Test
    void anAnswerThatComesBeforeTheBodyIsReadIsPassedOn() throws Exception {
        byte[] body = new byte[1 << 20];
        try (var early = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerThenRead(early, body.length));
            route(config(goodKey(), early.getLocalPort()));
            HttpResponse<String> answer = client.send(
                    to("/serve/shop/digits/v2/models/m/infer")
                            .header("Authorization", "Bearer " + KEY)
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("no");
        }
    }

    private static void answerThenRead(java.net.ServerSocket server, int length) {
        try (var socket = server.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream()
                    .write("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readNBytes(length);
        } catch (IOException theGatewayClosed) {
            // it need not send the rest of the body
        }
    }

    @Test
    void eventsThatComeInABurstPassWholeAndInOrder() throws Exception {
        route(config(goodKey(), port()));
        List<String> lines =
                get("/api/burst").body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(lines)
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, BURST)
                        .mapToObj(i -> "data: " + i)
                        .toList());
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
        String sha = sha256(body);
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
            firstSeen.countDown();
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("data: two");
        }
    }

    @Test
    void aProjectsPathIsTheControlPlanesToRead() throws Exception {
        route(config(goodKey(), port()));
        assertThat(get("/p/other/api/echo?a=1").body()).startsWith("GET /p/other/api/echo?a=1 ");
        assertThat(get("/p/other").body()).isEqualTo("<p>the UI");
        assertThat(get("/p/other/internal/gateway/config", "X-Trine-Internal", TOKEN)
                        .body())
                .doesNotContain("GET /p");
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
        await("the routing on disk").until(() -> Files.exists(folder.resolve("routing.json")));
        gateway.close();
        upstream.forgetRouting();
        gateway = open();
        assertThat(infer(KEY).statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void readinessTellsWhichEngineIsAwayAndTheRoutingStaysInForce() throws Exception {
        route(config(goodKey(), port()));
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        upstream.tell("engines", "{\"database\":false,\"redis\":true}");
        assertThat(JSON.readTree(awaitReady(503)))
                .isEqualTo(JSON.readTree(
                        "{\"ready\":false,\"routing\":true,\"controlPlane\":true,\"database\":false,\"redis\":true}"));
        assertThat(infer(KEY).statusCode()).isEqualTo(200);
        upstream.tell("engines", "{\"database\":true,\"redis\":false}");
        assertThat(JSON.readTree(awaitReady(200)).path("redis").asBoolean())
                .as("Redis may be away")
                .isFalse();
    }

    /** Looks until the readiness has this status; its body. */
    private String awaitReady(int status) throws Exception {
        return await("readiness " + status)
                .until(() -> get("/health/ready"), answer -> answer.statusCode() == status)
                .body();
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
    void aUiThatIsNotBuiltIsSaidToBeSo() throws Exception {
        Files.delete(folder.resolve("web/index.html"));
        HttpResponse<String> answer = get("/jobs/job_1", "Accept", "text/html");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("not built");
        assertThat(get("/assets/gone.js").statusCode()).isEqualTo(404);
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
        upstream.close();
        HttpResponse<String> answer = get("/api/v1/anything");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("CONTROL_PLANE_UNAVAILABLE");
    }
}
