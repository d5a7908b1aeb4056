package dev.trine.gateway;

import static dev.trine.gateway.SmallControlPlane.KEY;
import static dev.trine.gateway.SmallControlPlane.config;
import static dev.trine.gateway.SmallControlPlane.goodKey;
import static dev.trine.gateway.Wire.answer;
import static dev.trine.gateway.Wire.readHead;
import static dev.trine.gateway.Wire.write;
import static dev.trine.testkit.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.trine.gateway.GatewayOptions.Limits;
import dev.trine.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client does not take what others need: by bodies that do not end, requests, or connections. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ClientLimitsTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    /** Longer than a client that sends is ever kept from it by a busy machine. */
    private static final Duration PATIENT = Duration.ofSeconds(3);

    private static final String REPLICA =
            " /serve/shop/digits/v2 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + KEY + "\r\n";
    private static final String ECHO = " /api/echo HTTP/1.1\r\nHost: x\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private SmallControlPlane controlPlane;
    private @Nullable Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        controlPlane = SmallControlPlane.start();
        controlPlane.answer("/api/echo", ClientLimitsTest::echo);
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        controlPlane.close();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        byte[] told = exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, told.length == 0 ? -1 : told.length);
        exchange.getResponseBody().write(told);
        exchange.close();
    }

    private Gateway open(Limits limits, int... replicas) throws Exception {
        Gateway opened = Gateway.start(
                new GatewayOptions("127.0.0.1", 0, controlPlane.url(), SmallControlPlane.TOKEN, null, null, limits),
                Clock.systemUTC());
        gateway = opened;
        controlPlane.tell(config(goodKey(), replicas));
        await("the routing").until(opened::ready);
        return opened;
    }

    private static Limits bounds(int connections, int requests, int bodies) {
        return new Limits(connections, requests, bodies, LONG, LONG);
    }

    private Socket send(Gateway to, String request) throws IOException {
        return send(to, "127.0.0.1", request);
    }

    /** @param from any address of the loopback network */
    private Socket send(Gateway to, String from, String request) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), to.port(), InetAddress.getByName(from), 0);
        sockets.add(socket);
        socket.setSoTimeout((int) Await.DEADLINE.toMillis());
        write(socket, request);
        return socket;
    }

    /** The status of the next answer; empty if the connection ends without one. */
    private static String status(Socket socket) throws IOException {
        try {
            String head = readHead(socket.getInputStream());
            return head.isEmpty() ? "" : head.split(" ", 3)[1];
        } catch (SocketException reset) {
            return "";
        }
    }

    private static boolean isAnswered(Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void elevenHundredHalfSentUploadsStopNobody() throws Exception {
        Gateway busy = open(new Limits(
                Limits.DEFAULT.clientConnections(),
                Limits.DEFAULT.clientRequests(),
                Limits.DEFAULT.clientBodies(),
                LONG,
                LONG));
        for (int i = 0; i < 1_150; i++) {
            String length = i % 3 == 0 ? "Content-Length: 1000" : "Content-Length: 10000000";
            send(busy, "POST" + ECHO + length + "\r\n\r\nbegin");
        }
        List<Socket> refused = await("the refusals")
                .until(
                        () -> sockets.stream()
                                .filter(ClientLimitsTest::isAnswered)
                                .toList(),
                        answered -> answered.size() >= 1_150 - Limits.DEFAULT.clientBodies());
        for (Socket one : refused) {
            // over the bound, or for too long in the queue to an upstream
            assertThat(readHead(one.getInputStream()))
                    .matches("(?s)HTTP/1.1 (429|503) .*")
                    .containsIgnoringCase("Retry-After: 1");
        }
        for (int i = 0; i < 20; i++) {
            assertThat(status(send(busy, "GET" + ECHO + "\r\n"))).isEqualTo("200");
            assertThat(status(send(
                            busy, "127.0.0.2", "POST" + ECHO + "Content-Length: 100000\r\n\r\n" + "x".repeat(100_000))))
                    .isEqualTo("200");
        }
    }

    @Test
    void aBodyOfWhichNothingComesTakesNoConnectionToAReplica() throws Exception {
        var connected = new CountDownLatch(1);
        try (Replica replica = Replica.of((socket, number) -> {
            connected.countDown();
            readHead(socket.getInputStream());
            answer(socket, "Connection: close\r\n", "ok");
        })) {
            Gateway slow = open(bounds(100, 100, 100), replica.port());
            Socket chunked = send(slow, "POST" + REPLICA + "Transfer-Encoding: chunked\r\n\r\n");
            Socket small = send(slow, "POST" + REPLICA + "Content-Length: 5\r\n\r\nhalf");
            assertThat(status(send(slow, "GET" + ECHO + "\r\n"))).isEqualTo("200");
            assertThat(connected.getCount()).isEqualTo(1);
            write(chunked, "1\r\nx\r\n0\r\n\r\n");
            assertThat(status(chunked)).isEqualTo("200");
            write(small, "!");
            assertThat(status(small)).isEqualTo("200");
        }
    }

    @Test
    void aBodyThatStopsIsRefusedAndItsConnectionsEnd() throws Exception {
        var ended = new CountDownLatch(1);
        try (Replica replica = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            try {
                socket.getInputStream().readAllBytes();
            } finally {
                ended.countDown();
            }
        })) {
            Gateway strict = open(new Limits(100, 100, 100, SHORT, LONG), replica.port());
            for (String half : List.of(
                    "Content-Length: 1000\r\n\r\nhalf",
                    "Content-Length: 1000000\r\n\r\n",
                    "Content-Length: 1000000\r\n\r\nhalf",
                    "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")) {
                assertThat(all(send(strict, "POST" + REPLICA + half)))
                        .startsWith("HTTP/1.1 408")
                        .containsIgnoringCase("Connection: close")
                        .contains("\"code\":\"REQUEST_TIMEOUT\"", "\"requestId\"")
                        .endsWith("}");
            }
            assertThat(ended.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void aBodyThatAReplicaDoesNotReadIsNotTheClientsDelay() throws Exception {
        var read = new CountDownLatch(1);
        int bytes = 32 << 20;
        try (Replica lazy = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            read.await();
            socket.getInputStream().readNBytes(bytes);
            answer(socket, "", "ok");
        })) {
            Gateway strict = open(new Limits(100, 100, 100, PATIENT, LONG), lazy.port());
            Socket upload = send(strict, "POST" + REPLICA + "Content-Length: " + bytes + "\r\n\r\n");
            var sent = CompletableFuture.runAsync(() -> write32(upload, bytes));
            assertThat(status(send(strict, "POST" + ECHO + "Content-Length: 9\r\n\r\nhalf")))
                    .as("as much time passes as is too long for a client's delay")
                    .isEqualTo("408");
            read.countDown();
            sent.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertThat(status(upload)).isEqualTo("200");
        }
    }

    private static void write32(Socket socket, int bytes) {
        try {
            socket.getOutputStream().write(new byte[bytes]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void bodiesOverTheBoundAreRefusedUntilOthersHaveCome() throws Exception {
        Gateway strict = open(bounds(100, 100, 2));
        Socket first = send(strict, "POST" + ECHO + "Content-Length: 5\r\n\r\nhalf");
        send(strict, "POST" + ECHO + "Content-Length: 100000\r\n\r\nhalf");
        await("a refusal").until(() -> {
            String told = readHead(send(strict, "POST" + ECHO + "Content-Length: 5\r\n\r\nwhole")
                    .getInputStream());
            return told.startsWith("HTTP/1.1 429")
                    && told.toLowerCase(java.util.Locale.ROOT).contains("retry-after: 1");
        });
        assertThat(status(send(strict, "127.0.0.2", "POST" + ECHO + "Content-Length: 5\r\n\r\nwhole")))
                .as("another client")
                .isEqualTo("200");
        write(first, "!");
        assertThat(status(first)).isEqualTo("200");
        await("room")
                .until(() -> status(send(strict, "POST" + ECHO + "Content-Length: 5\r\n\r\nwhole"))
                        .equals("200"));
    }

    @Test
    void requestsOverTheBoundAreRefusedUntilOthersAreAnsweredOrGone() throws Exception {
        var arrived = new CountDownLatch(2);
        var answered = new CountDownLatch(1);
        try (Replica slow = Replica.of((socket, number) -> {
            readHead(socket.getInputStream());
            arrived.countDown();
            answered.await();
            answer(socket, "Connection: close\r\n", "ok");
        })) {
            Gateway strict = open(bounds(1_000, 2, 100), slow.port());
            Socket first = send(strict, "GET" + REPLICA + "\r\n");
            Socket second = send(strict, "GET" + REPLICA + "\r\n");
            assertThat(arrived.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(status(send(strict, "GET" + ECHO + "\r\n"))).isEqualTo("429");
            assertThat(status(send(strict, "127.0.0.2", "GET" + ECHO + "\r\n"))).isEqualTo("200");
            second.close();
            await("room")
                    .until(() -> status(send(strict, "GET" + ECHO + "\r\n")).equals("200"));
            answered.countDown();
            assertThat(status(first)).isEqualTo("200");
        }
    }

    @Test
    void connectionsOverTheBoundAreToldSoAndEnd() throws Exception {
        Gateway strict = open(bounds(2, 100, 100));
        Socket first = send(strict, "GET" + ECHO + "\r\n");
        assertThat(status(first)).isEqualTo("200");
        assertThat(status(send(strict, "GET" + ECHO + "\r\n"))).isEqualTo("200");
        assertThat(all(send(strict, "GET" + ECHO + "\r\n")))
                .startsWith("HTTP/1.1 429")
                .contains("RATE_LIMITED");
        assertThat(status(send(strict, "127.0.0.2", "GET" + ECHO + "\r\n"))).isEqualTo("200");
        first.close();
        await("room").until(() -> status(send(strict, "GET" + ECHO + "\r\n")).equals("200"));
    }

    @Test
    void connectionsOverTheBoundEndAlsoWhenNoRequestComes() throws Exception {
        Gateway strict = open(bounds(2, 100, 100));
        Socket first = send(strict, "GET" + ECHO + "\r\n");
        assertThat(status(first)).isEqualTo("200");
        send(strict, "");
        List<Socket> surplus = new ArrayList<>();
        for (String begun : List.of("", "GET /api/echo HTTP/1.1\r\n", "", "")) {
            surplus.add(send(strict, begun));
        }
        for (Socket one : surplus) {
            assertThat(isEnded(one)).isTrue();
        }
        write(first, "GET" + ECHO + "\r\n");
        assertThat(status(first)).isEqualTo("200");
        assertThat(status(send(strict, "127.0.0.2", "GET" + ECHO + "\r\n"))).isEqualTo("200");
    }

    /** Without a word. */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void aConnectionWithoutARequestEndsAlsoWhenAHeadHasBegun() throws Exception {
        Gateway strict = open(new Limits(100, 100, 100, LONG, PATIENT));
        Socket idle = send(strict, "GET" + ECHO + "\r\n");
        assertThat(status(idle)).isEqualTo("200");
        write(idle, "GET /api/echo HTTP/1.1\r\n");
        assertThat(isEnded(idle)).isTrue();
    }

    @Test
    void ofIpv6AddressesTheNetworksHalfCounts() {
        assertThat(Clients.nameOf("2001:db8:1:2::1")).isEqualTo(Clients.nameOf("2001:db8:1:2:ffff::9"));
        assertThat(Clients.nameOf("2001:db8:1:3::1")).isNotEqualTo(Clients.nameOf("2001:db8:1:2::1"));
        assertThat(Clients.nameOf("::ffff:10.0.0.1")).isEqualTo(Clients.nameOf("10.0.0.1"));
        assertThat(Clients.nameOf("10.0.0.1")).isNotEqualTo(Clients.nameOf("10.0.0.2"));
    }
}
