package dev.trine.gateway;

import static dev.trine.gateway.SmallControlPlane.KEY;
import static dev.trine.gateway.SmallControlPlane.config;
import static dev.trine.gateway.SmallControlPlane.goodKey;
import static dev.trine.gateway.SmallControlPlane.service;
import static dev.trine.gateway.Wire.answer;
import static dev.trine.gateway.Wire.readHead;
import static dev.trine.gateway.Wire.write;
import static dev.trine.testkit.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What passes the gateway byte by byte, also when one side leaves, breaks off, or answers too early. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ForwardingTest {

    private static final int DEADLINE_SECONDS = (int) Await.DEADLINE.toSeconds();
    private static final int LARGE_BYTES = 32 << 20;
    private static final String AUTHORIZED = "Host: trine.test\r\nAuthorization: Bearer " + KEY + "\r\n";
    private static final String LAST = AUTHORIZED + "Connection: close\r\n";

    private SmallControlPlane controlPlane;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        controlPlane = SmallControlPlane.start();
        gateway = Gateway.start(
                new GatewayOptions("127.0.0.1", 0, controlPlane.url(), SmallControlPlane.TOKEN, null, null),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        gateway.close();
        controlPlane.close();
    }

    private void route(GatewayConfig config) {
        controlPlane.tell(config);
        await("the routing").until(gateway::ready);
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(DEADLINE_SECONDS * 1_000);
        return socket;
    }

    /** Sends a request and reads until the connection ends. */
    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    /** Tells what it was asked, in the body. */
    private static Replica mirror() throws IOException {
        return Replica.of((socket, number) -> {
            for (String head = readHead(socket.getInputStream());
                    !head.isEmpty();
                    head = readHead(socket.getInputStream())) {
                answer(socket, "Connection: X-Hop\r\nX-Hop: 1\r\nX-Kept: 1\r\nSet-Cookie: a=b\r\n", head);
            }
        });
    }

    @Test
    void clientsThatLeaveAtOnceLeaveNoStreamBehind() throws Exception {
        var running = new AtomicInteger();
        try (Replica events = Replica.of((socket, number) -> {
            for (String head = readHead(socket.getInputStream());
                    !head.isEmpty();
                    head = readHead(socket.getInputStream())) {
                if (head.startsWith("GET /short")) {
                    answer(socket, "", "ok");
                } else {
                    running.incrementAndGet();
                    try {
                        write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata\n\r\n");
                        assertThat(socket.getInputStream().read()).isEqualTo(-1);
                    } finally {
                        running.decrementAndGet();
                    }
                    return;
                }
            }
        })) {
            route(config(goodKey(), events.port()));
            for (int i = 0; i < 40; i++) {
                try (Socket socket = connect()) {
                    write(socket, "GET /serve/shop/digits/stream HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
                }
            }
            // those that come later are served later, on every event loop
            for (int i = 0; i < 40; i++) {
                assertThat(ask("GET /serve/shop/digits/short HTTP/1.1\r\n" + LAST + "\r\n"))
                        .endsWith("ok");
            }
            await("the end of all").until(() -> running.get() == 0);
        }
    }

    @Test
    void aClientThatLeavesAStreamEndsIt() throws Exception {
        var ended = new CountDownLatch(1);
        try (Replica events = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            ended.countDown();
        })) {
            route(config(goodKey(), events.port()));
            try (Socket socket = connect()) {
                write(socket, "GET /serve/shop/digits/stream HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
                assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
                assertThat(new String(socket.getInputStream().readNBytes(8), UTF_8))
                        .contains("data");
            }
            assertThat(ended.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void ofAnAnswerThatBreaksOffNothingIsLeftInTheProblem() throws Exception {
        try (Replica broken = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            write(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: \"1\"\r\nContent-Length: 5000\r\n\r\nshort");
        })) {
            route(config(goodKey(), broken.port()));
            String told = ask("GET /serve/shop/digits/v2 HTTP/1.1\r\nX-Request-Id: my-own-id\r\n" + LAST + "\r\n");
            String head = told.substring(0, told.indexOf("\r\n\r\n"));
            String body = told.substring(head.length() + 4);
            assertThat(head)
                    .startsWith("HTTP/1.1 502")
                    .containsIgnoringCase("X-Request-Id: my-own-id")
                    .containsIgnoringCase("Content-Length: " + body.length())
                    .doesNotContainIgnoringCase("Content-Encoding")
                    .doesNotContainIgnoringCase("ETag");
            assertThat(body).startsWith("{").endsWith("}").contains("UPSTREAM_FAILED", "my-own-id");
        }
    }

    @Test
    void aReplicaGetsNoCredentialAndSetsNoCookie() throws Exception {
        try (Replica mirror = mirror()) {
            route(config(goodKey(), mirror.port()));
            String told =
                    ask("GET /serve/shop/digits/v2?a=b HTTP/1.1\r\nCookie: refresh=secret\r\nX-API-Key: secret\r\n"
                            + "Proxy-Authorization: secret\r\nX-Trine-Internal: secret\r\nX-Trine-Project: secret\r\n"
                            + "X-Trine-Identity: secret\r\nx_trine_identity: secret\r\n"
                            + "X-Other: kept\r\n" + LAST + "\r\n");
            assertThat(told)
                    .startsWith("HTTP/1.1 200")
                    .contains("GET /v2?a=b ")
                    .containsIgnoringCase("X-Other: kept")
                    .containsIgnoringCase("X-Kept: 1")
                    .doesNotContainIgnoringCase("Authorization")
                    .doesNotContainIgnoringCase("Cookie")
                    .doesNotContain("secret");
        }
    }

    @Test
    void theControlPlaneGetsCredentialsAndSetsCookies() throws Exception {
        controlPlane.answer("/api/mirror", ForwardingTest::cookies);
        route(config(goodKey()));
        assertThat(ask("GET /api/mirror HTTP/1.1\r\nCookie: refresh=1\r\n" + LAST + "\r\n"))
                .containsIgnoringCase("Set-Cookie: a=b")
                .contains("Bearer " + KEY)
                .contains("refresh=1");
    }

    private static void cookies(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        byte[] told = (headers.getFirst("Authorization") + " " + headers.getFirst("Cookie")).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Set-Cookie", "a=b");
        exchange.sendResponseHeaders(200, told.length);
        exchange.getResponseBody().write(told);
        exchange.close();
    }

    @Test
    void headersOfOneConnectionStayOnItAndNobodyForgesWhereHeComesFrom() throws Exception {
        try (Replica mirror = mirror()) {
            route(config(goodKey(), mirror.port()));
            String told = ask("PUT /serve/shop/digits/v2 HTTP/1.1\r\n" + AUTHORIZED
                    + "Connection: close\r\nConnection: te, X-Secret\r\nX-Secret: 1\r\nExpect: 100-continue\r\nForwarded: for=evil\r\n"
                    + "X-Forwarded-For: evil\r\nX-Forwarded-Proto: evil\r\nX-Forwarded-Host: evil\r\n"
                    + "X-Forwarded-Port: evil\r\nX-Real-IP: evil\r\n\r\n");
            assertThat(told)
                    .contains("PUT /v2 ")
                    .containsIgnoringCase("X-Forwarded-For: 127.0.0.1\r\n")
                    .containsIgnoringCase("X-Forwarded-Proto: http\r\n")
                    .containsIgnoringCase("X-Forwarded-Host: trine.test\r\n")
                    .doesNotContainIgnoringCase("X-Secret")
                    .doesNotContainIgnoringCase("X-Hop")
                    .doesNotContainIgnoringCase("Expect:")
                    .doesNotContain("evil");
        }
    }

    @Test
    void aBodysLengthCannotBeTakenAway() throws Exception {
        try (Replica mirror = mirror()) {
            route(config(goodKey(), mirror.port()));
            assertThat(ask("PUT /serve/shop/digits/v2 HTTP/1.1\r\n" + AUTHORIZED
                            + "Connection: close\r\nConnection: Content-Length\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("Content-Length: 0\r\n");
        }
    }

    @Test
    void aTargetOfAbsoluteFormIsCutAtItsPath() throws Exception {
        controlPlane.answer("/api/mirror", ForwardingTest::target);
        try (Replica mirror = mirror()) {
            route(config(goodKey(), mirror.port()));
            assertThat(ask("GET http://l.example/serve/shop/digits/v2/x?a=b HTTP/1.1\r\n" + LAST + "\r\n"))
                    .contains("GET /v2/x?a=b HTTP/1.1")
                    .containsIgnoringCase("X-Forwarded-Host: l.example\r\n");
            assertThat(ask("GET http://l.example/api/mirror?a=b HTTP/1.1\r\n" + LAST + "\r\n"))
                    .endsWith("/api/mirror?a=b");
            assertThat(ask("GET HTTP://somebody@l.example:81/serve/shop/digits/v2 HTTP/1.1\r\n" + LAST + "\r\n"))
                    .contains("GET /v2 HTTP/1.1")
                    .containsIgnoringCase("X-Forwarded-Host: l.example:81\r\n");
            assertThat(ask("GET http://l.example?a=b/c HTTP/1.1\r\n" + LAST + "\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .contains("The web UI is not built here");
        }
    }

    @Test
    void aRequestNamesItsHostOnce() throws Exception {
        controlPlane.answer("/api/mirror", ForwardingTest::target);
        for (String headers : List.of("", "Host: a\r\nHost: b\r\n")) {
            assertThat(ask("GET /api/mirror HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("MALFORMED_REQUEST", "Host");
        }
        assertThat(ask("GET /api/mirror HTTP/1.0\r\n\r\n")).contains(" 200 ").endsWith("/api/mirror");
    }

    @ParameterizedTest
    @CsvSource({
        "400, MALFORMED_REQUEST, GET  HTTP/1.1 x y z",
        "400, MALFORMED_REQUEST, nonsense",
        "400, MALFORMED_REQUEST, 'GET / HTTP/1.1\r\nno header'",
        "400, MALFORMED_REQUEST, 'POST / HTTP/1.1\r\nContent-Length: x'",
        "414, TARGET_TOO_LONG, GET /LONG HTTP/1.1",
        "431, HEADERS_TOO_LARGE, 'GET / HTTP/1.1\r\nX-Long: LONGLONGLONGLONG'"
    })
    void whatIsNoRequestIsRefusedInTheSameFormAsAllElse(int status, String code, String request) throws Exception {
        String told = ask(request.replace("\\r\\n", "\r\n").replace("LONG", "x".repeat(9_000)) + "\r\n\r\n");
        String head = told.substring(0, told.indexOf("\r\n\r\n"));
        assertThat(head)
                .matches("(?s)HTTP/1\\.[01] " + status + " .*")
                .containsIgnoringCase("Content-Type: application/problem+json")
                .containsIgnoringCase("X-Request-Id: ");
        JsonNode problem = new JsonMapper().readTree(told.substring(head.length() + 4));
        assertThat(problem.path("code").stringValue()).isEqualTo(code);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(head).contains(problem.path("requestId").stringValue());
    }

    private static void target(HttpExchange exchange) throws IOException {
        byte[] told = exchange.getRequestURI().toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(200, told.length);
        exchange.getResponseBody().write(told);
        exchange.close();
    }

    @Test
    void anUploadThatIsAnsweredEarlyIsTakenUntilItsSenderHasSeenTheAnswer() throws Exception {
        var over = new CountDownLatch(1);
        var taken = new CompletableFuture<Integer>();
        try (Replica early = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            write(socket, "HTTP/1.1 413 Too large\r\nContent-Length: 2\r\n\r\nno");
            over.await();
            taken.complete(rest(socket.getInputStream()));
        })) {
            route(config(goodKey(), early.port()));
            assertThat(upload("/serve/shop/digits/v2", AUTHORIZED))
                    .startsWith("HTTP/1.1 413")
                    .containsIgnoringCase("Connection: close")
                    .endsWith("no");
            over.countDown();
            assertThat(taken.get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .as("the replica is not sent the rest, and its connection ends")
                    .isLessThan(LARGE_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, false",
        "401, true",
        "404, false",
        "404, true",
        "409, false",
        "409, true",
        "413, false",
        "413, true",
        "507, false",
        "507, true"
    })
    void anAnswerBeforeTheEndOfALargeBodyPassesAlsoWhenTheUpstreamClosesAtOnce(int status, boolean expect)
            throws Exception {
        String body = "{\"code\":\"REFUSED\",\"filling\":\"%s\"}".formatted("x".repeat(20_000));
        try (Replica hasty = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            socket.getInputStream().readNBytes(1_024);
            write(
                    socket,
                    "HTTP/1.1 %d No\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                            .formatted(status, body.length(), body));
        })) {
            route(config(goodKey(), hasty.port()));
            for (int i = 0; i < 5; i++) {
                assertThat(sendWhole("/serve/shop/digits/v2", AUTHORIZED, 8 << 20, expect))
                        .startsWith("HTTP/1.1 " + status)
                        .containsIgnoringCase("Content-Type: application/problem+json")
                        .endsWith("\r\n\r\n" + body);
            }
        }
    }

    @Test
    void aBodyThatIsRefusedBeforeItIsSentIsNotAskedFor() throws Exception {
        route(config(goodKey()));
        assertThat(
                        ask(
                                "POST /serve/shop/digits/v2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n"))
                .startsWith("HTTP/1.1 401")
                .containsIgnoringCase("Connection: close");
    }

    @Test
    void anUploadThatIsRefusedIsTakenUntilItsSenderHasSeenTheAnswer() throws Exception {
        route(config(goodKey()));
        assertThat(upload("/serve/shop/digits/v2", "Host: x\r\n")).startsWith("HTTP/1.1 401");
        assertThat(upload("/serve/shop/digits/v2", AUTHORIZED)).startsWith("HTTP/1.1 503");
    }

    @Test
    void anUploadToABrokenReplicaIsTakenUntilItsSenderHasSeenTheAnswer() throws Exception {
        try (Replica broken = Replica.of((socket, number) -> readHead(socket.getInputStream()))) {
            route(config(goodKey(), broken.port()));
            assertThat(upload("/serve/shop/digits/v2", AUTHORIZED)).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void anUploadWithoutEndIsCutOff() throws Exception {
        route(config(goodKey()));
        try (Socket socket = connect()) {
            write(socket, "POST /serve/shop/digits/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999\r\n\r\n");
            byte[] piece = new byte[1 << 20];
            assertThatThrownBy(() -> {
                        for (int megabytes = 0; megabytes < 1 << 10; megabytes++) {
                            socket.getOutputStream().write(piece);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Sends a large body whole before it reads, as simple clients do; the answer, read until the connection ends. */
    private String upload(String path, String headers) throws Exception {
        return sendWhole(path, headers, LARGE_BYTES, false);
    }

    /** @param expect whether to wait until the body is asked for */
    private String sendWhole(String path, String headers, int bytes, boolean expect) throws Exception {
        try (Socket socket = connect()) {
            var sent = CompletableFuture.runAsync(() -> {
                try {
                    write(
                            socket,
                            "POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n%s\r\n"
                                    .formatted(path, headers, bytes, expect ? "Expect: 100-continue\r\n" : ""));
                    if (expect) {
                        assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 100");
                    }
                    socket.getOutputStream().write(new byte[bytes]);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            sent.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    /** How many bytes there are until the connection ends, one way or another. */
    private static int rest(InputStream in) {
        int bytes = 0;
        byte[] piece = new byte[1 << 16];
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                bytes += n;
            }
        } catch (IOException reset) {
            return bytes;
        }
        return bytes;
    }

    /** Closes its first connection when it is asked the second time on it, as a server does that had just given it up. */
    private static Replica tired(List<String> asked) throws IOException {
        return Replica.of((socket, number) -> {
            for (int request = 1; ; request++) {
                String head = readHead(socket.getInputStream());
                if (head.isEmpty()) {
                    return;
                }
                synchronized (asked) {
                    asked.add(head.substring(0, head.indexOf(' ')) + " on " + number);
                }
                if (number == 1 && request == 2) {
                    return;
                }
                answer(socket, "", "ok");
            }
        });
    }

    private static String askOn(Socket socket, String request) throws IOException {
        write(socket, request);
        String head = readHead(socket.getInputStream());
        String length = head.replaceAll("(?is).*content-length: (\\d+).*", "$1");
        socket.getInputStream().readNBytes(Integer.parseInt(length));
        return head.substring(9, 12);
    }

    @Test
    void aKeptConnectionThatWasJustClosedIsNotTheCallersAffair() throws Exception {
        List<String> asked = new ArrayList<>();
        List<Replica> replicas = List.of(tired(asked), tired(asked), tired(asked));
        route(config(
                goodKey(),
                List.of(
                        service("GET", replicas.get(0).port()),
                        service("PUT", replicas.get(1).port()),
                        service("DELETE", replicas.get(2).port()))));
        for (String method : List.of("GET", "PUT", "DELETE")) {
            String request = "%s /serve/shop/%s/v2 HTTP/1.1\r\n%sContent-Length: 0\r\n\r\n"
                    .formatted(method, method, AUTHORIZED);
            try (Socket socket = connect()) {
                assertThat(askOn(socket, request)).isEqualTo("200");
                assertThat(askOn(socket, request)).isEqualTo("200");
            }
            assertThat(asked).endsWith(method + " on 1", method + " on 1", method + " on 2");
        }
        for (Replica replica : replicas) {
            replica.close();
        }
    }

    @Test
    void whatMayDoMoreWhenDoneTwiceIsNotRepeated() throws Exception {
        List<String> asked = new ArrayList<>();
        try (Replica tired = tired(asked);
                Socket socket = connect()) {
            route(config(goodKey(), tired.port()));
            String request = "POST /serve/shop/digits/v2 HTTP/1.1\r\n" + AUTHORIZED + "Content-Length: 0\r\n\r\n";
            assertThat(askOn(socket, request)).isEqualTo("200");
            assertThat(askOn(socket, request)).isEqualTo("502");
            assertThat(asked).containsExactly("POST on 1", "POST on 1");
        }
    }

    @Test
    void whatBreaksOnAFreshConnectionIsNotRepeated() throws Exception {
        var asked = new AtomicInteger();
        try (Replica broken = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            asked.incrementAndGet();
        })) {
            route(config(goodKey(), broken.port()));
            assertThat(ask("GET /serve/shop/digits/v2 HTTP/1.1\r\n" + LAST + "\r\n"))
                    .startsWith("HTTP/1.1 502");
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void whatGoesWrongInsideIsAnsweredAndTold() throws Exception {
        route(config(goodKey(), 70_000));
        assertThat(ask("GET /serve/shop/digits/v2 HTTP/1.1\r\nX-Request-Id: my-own-id\r\n" + LAST + "\r\n"))
                .startsWith("HTTP/1.1 500")
                .contains("\"code\":\"INTERNAL\"")
                .contains("\"requestId\":\"my-own-id\"");
        try (Socket late = connect()) {
            write(late, "POST /serve/shop/digits/v2 HTTP/1.1\r\n" + LAST + "Content-Length: 1\r\n\r\n");
            assertThat(ask("GET /health/live HTTP/1.1\r\n" + LAST + "\r\n")).endsWith("OK");
            write(late, "x");
            assertThat(readHead(late.getInputStream())).startsWith("HTTP/1.1 500");
        }
    }

    @Test
    void aTokenThatNamesAKeyOfAnotherKindIsRefused() throws Exception {
        route(config(
                goodKey(),
                List.of(service("digits")),
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"e\":\"AQAB\",\"n\":\"%s\"}]}".formatted("A".repeat(300))));
        String token = base64("{\"alg\":\"ES256\",\"kid\":\"r\"}") + "." + base64("{\"iss\":\"trine\"}") + "."
                + base64("signature");
        assertThat(ask("GET /serve/shop/digits/v2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + token + "\r\n\r\n"))
                .startsWith("HTTP/1.1 401");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
