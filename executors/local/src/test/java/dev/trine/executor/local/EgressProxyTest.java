package dev.trine.executor.local;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.testkit.DeafPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class EgressProxyTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    /** Stands for a server of the internet: keeps what it is sent up to an empty line, and says hello. */
    private ServerSocket server;

    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private EgressProxy proxy;

    @BeforeEach
    void begin() throws IOException {
        server = new ServerSocket(0, 50, HERE);
        Thread.ofVirtual().start(this::serve);
        proxy = EgressProxy.at(folder.resolve("proxy"), EgressProxyTest::destinations);
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        server.close();
    }

    /** As they are in earnest, but for a name that leads to this machine. */
    private static List<InetAddress> destinations(String host) throws UnknownHostException {
        if (host.endsWith(".invalid")) {
            throw new UnknownHostException(host);
        }
        return host.equals("allowed.test") ? List.of(HERE) : new PublicAddresses(List.of()).of(host);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket from = server.accept()) {
                var head = new StringBuilder();
                int next = 0;
                while (next >= 0 && head.indexOf("\r\n\r\n") < 0) {
                    next = from.getInputStream().read();
                    head.append(next < 0 ? "" : Character.toString(next));
                }
                heads.add(head.toString());
                from.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // the next one
            }
        }
    }

    private SocketChannel open(String socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(socket)));
    }

    private static void say(SocketChannel to, String text) throws IOException {
        Connections.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), to);
    }

    private static String rest(SocketChannel from) throws IOException {
        var all = new StringBuilder();
        var piece = ByteBuffer.allocate(1 << 12);
        while (from.read(piece) >= 0) {
            all.append(StandardCharsets.ISO_8859_1.decode(piece.flip()));
            piece.clear();
        }
        return all.toString();
    }

    private String answerTo(String request) throws IOException {
        try (SocketChannel client = open("proxy")) {
            say(client, request);
            return rest(client);
        }
    }

    private String request() {
        return "GET http://allowed.test:%d/ HTTP/1.1\r\n\r\n".formatted(server.getLocalPort());
    }

    @Test
    void aTunnelPassesBytesAsTheyAreAlsoThoseThatComeWithItsHead() throws Exception {
        String head = "CONNECT allowed.test:%d HTTP/1.1\r\n\r\n".formatted(server.getLocalPort());
        assertThat(answerTo(head + "any bytes\r\n\r\n"))
                .startsWith("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK")
                .endsWith("hello");
        assertThat(heads.take()).isEqualTo("any bytes\r\n\r\n");
    }

    @Test
    void aClientsEndIsPassedOnAndTheServersToo() throws Exception {
        try (SocketChannel client = open("proxy")) {
            say(client, "CONNECT allowed.test:%d HTTP/1.1\r\n\r\n".formatted(server.getLocalPort()));
            client.shutdownOutput();
            assertThat(rest(client)).endsWith("hello");
            assertThat(heads.take()).as("it saw the end").isEmpty();
        }
    }

    @Test
    void aRequestIsForwardedWithoutWhatIsForTheProxy() throws Exception {
        int port = server.getLocalPort();
        String answer = answerTo("""
                GET http://allowed.test:%d/simple/?q=1 HTTP/1.1\r
                Host: other.test\r
                Accept: text/html\r
                Proxy-Authorization: Basic secret\r
                Proxy-Connection: keep-alive\r
                Connection: keep-alive, X-Mine, Content-Length\r
                Keep-Alive: timeout=5\r
                X-Mine: here\r
                TE: trailers\r
                Upgrade: h2c\r
                Content-Length: 0\r
                \r
                """.formatted(port));
        assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("hello");
        assertThat(heads.take()).isEqualTo("""
                GET /simple/?q=1 HTTP/1.1\r
                Host: allowed.test:%d\r
                Connection: close\r
                Accept: text/html\r
                Content-Length: 0\r
                \r
                """.formatted(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?a=b"})
    void aRequestWithoutAPathIsForTheRoot(String query) throws Exception {
        assertThat(answerTo("GET HTTP://allowed.test:%d%s HTTP/1.0\r\n\r\n".formatted(server.getLocalPort(), query)))
                .endsWith("hello");
        assertThat(heads.take()).startsWith("GET /%s HTTP/1.0\r\n".formatted(query));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "127.1",
                "2130706433",
                "0.0.0.0",
                "169.254.169.254",
                "10.0.0.1",
                "192.168.1.1"
            })
    void whatIsNotTheInternetIsRefusedWithTheReasonByTunnelAndByRequest(String host) throws Exception {
        int port = server.getLocalPort();
        for (String request : List.of(
                "CONNECT %s:%d HTTP/1.1\r\n\r\nbytes".formatted(host, port),
                "POST http://%s:%d/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc".formatted(host, port))) {
            assertThat(answerTo(request))
                    .startsWith("HTTP/1.1 403 Forbidden\r\n")
                    .contains("is not on the public internet");
        }
        assertThat(heads).isEmpty();
    }

    @Test
    void aNameIsResolvedOnceAndItsNextMeaningIsNotGoneTo() throws Exception {
        Queue<InetAddress> meanings = new ArrayDeque<>(List.of(HERE, InetAddress.ofLiteral("169.254.169.254")));
        try (var _ = EgressProxy.at(folder.resolve("rebinding"), host -> List.of(meanings.remove()));
                var client = open("rebinding")) {
            say(client, "GET http://changes.test:%d/ HTTP/1.1\r\n\r\n".formatted(server.getLocalPort()));
            assertThat(rest(client)).endsWith("hello");
            assertThat(meanings).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
                "GET https://allowed.test/ HTTP/1.1\r\n\r\n",
                "GET ftp://allowed.test/ HTTP/1.1\r\n\r\n",
                "GET http:/// HTTP/1.1\r\n\r\n",
                "GET http://user:password@allowed.test/ HTTP/1.1\r\n\r\n",
                "GET http://allowed.test/ HTTP/2.0\r\n\r\n",
                "GET http://allowed.test/ HTTP/1.1\r\n folded: yes\r\n\r\n",
                "GET http://allowed.test/ HTTP/1.1\r\nno colon\r\n\r\n",
                "GET http://allowed.test/ HTTP/1.1\r\nA: b\nHost: c\r\n\r\n",
                "CONNECT allowed.test HTTP/1.1\r\n\r\n",
                "CONNECT allowed.test:0 HTTP/1.1\r\n\r\n",
                "CONNECT allowed.test:65536 HTTP/1.1\r\n\r\n",
                "CONNECT allowed.test:99999999999 HTTP/1.1\r\n\r\n",
                "CONNECT http://allowed.test:80 HTTP/1.1\r\n\r\n",
                "CONNECT [::1]443 HTTP/1.1\r\n\r\n",
                "CONNECT [::1%lo]:80 HTTP/1.1\r\n\r\n"
            })
    void aMalformedHeadIsRefused(String head) throws Exception {
        assertThat(answerTo(head)).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void aHeadThatIsTooLongIsRefused() throws Exception {
        String head = "GET http://allowed.test/ HTTP/1.1\r\nLong: " + "x".repeat(EgressProxy.MOST_HEAD);
        assertThat(answerTo(head)).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("longer than 16384 bytes");
    }

    @Test
    void aHeadThatComesInPiecesIsReadWhole() throws Exception {
        try (SocketChannel client = open("proxy")) {
            for (char each : request().toCharArray()) {
                say(client, String.valueOf(each));
            }
            assertThat(rest(client)).endsWith("hello");
        }
    }

    @Test
    void aHostThatIsNotThereAndOneThatDoesNotAnswerAreTold() throws Exception {
        assertThat(answerTo("CONNECT nobody.invalid:443 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
                .endsWith("there is no host 'nobody.invalid'\n");
        try (var deaf = DeafPort.open()) {
            assertThat(answerTo("GET http://allowed.test:%d/ HTTP/1.1\r\n\r\n".formatted(deaf.number())))
                    .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
                    .endsWith("'allowed.test' does not answer on port %d\n".formatted(deaf.number()));
        }
    }

    @Test
    void aHeadThatDoesNotComeEndsItsConnection() throws Exception {
        try (var _ = new EgressProxy(folder.resolve("impatient"), host -> List.of(), Duration.ofSeconds(2), LONG, 1);
                var client = open("impatient")) {
            say(client, "GET http://");
            assertThat(rest(client)).isEmpty();
        }
    }

    @Test
    void moreConnectionsThanItTakesAreRefusedUntilOneEnds() throws Exception {
        try (var silent = new ServerSocket(0, 50, HERE);
                var _ = new EgressProxy(folder.resolve("narrow"), EgressProxyTest::destinations, LONG, LONG, 1)) {
            try (var first = open("narrow")) {
                say(first, "CONNECT allowed.test:%d HTTP/1.1\r\n\r\n".formatted(silent.getLocalPort()));
                assertThat(first.read(ByteBuffer.allocate(1)))
                        .as("it is let through")
                        .isEqualTo(1);
                try (var second = open("narrow")) {
                    second.shutdownOutput();
                    assertThat(rest(second)).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
                }
            }
            await("its place is free").until(() -> {
                try (var third = open("narrow")) {
                    say(third, request());
                    return rest(third).endsWith("hello");
                } catch (IOException refusedYet) {
                    return false;
                }
            });
        }
    }

    /** What the client is told until its tunnel ends, of a server that takes connections and says nothing. */
    private String tunnelToSilence(Duration patience, Duration idle, boolean ends) throws IOException {
        try (var silent = new ServerSocket(0, 50, HERE);
                var _ = new EgressProxy(folder.resolve("silent"), EgressProxyTest::destinations, patience, idle, 1);
                var client = open("silent")) {
            say(client, "CONNECT allowed.test:%d HTTP/1.1\r\n\r\n".formatted(silent.getLocalPort()));
            if (ends) {
                client.shutdownOutput();
            }
            return rest(client);
        }
    }

    @Test
    void aTunnelOfWhichOneSideHasEndedEndsWhenNothingComesFromTheOther() throws Exception {
        assertThat(tunnelToSilence(Duration.ofSeconds(1), LONG, true))
                .isEqualTo("HTTP/1.1 200 Connection established\r\n\r\n");
    }

    @Test
    void aTunnelThroughWhichNothingComesEnds() throws Exception {
        assertThat(tunnelToSilence(LONG, SHORT, false)).isEqualTo("HTTP/1.1 200 Connection established\r\n\r\n");
    }

    @Test
    void aServerThatEndsDoesNotHoldAClientThatIsSilent() throws Exception {
        try (var _ = new EgressProxy(
                        folder.resolve("ended"), EgressProxyTest::destinations, Duration.ofSeconds(1), LONG, 1);
                var client = open("ended")) {
            say(client, request());
            assertThat(rest(client)).endsWith("hello");
            await("its place is free").until(() -> {
                try (var next = open("ended")) {
                    say(next, request());
                    return rest(next).endsWith("hello");
                } catch (IOException refusedYet) {
                    return false;
                }
            });
        }
    }

    @Test
    void aTunnelEndsWithTheProxy() throws Exception {
        try (SocketChannel client = open("proxy")) {
            say(client, "CONNECT allowed.test:%d HTTP/1.1\r\n\r\n".formatted(server.getLocalPort()));
            assertThat(client.read(ByteBuffer.allocate(1 << 10))).isPositive();
            proxy.close();
            assertThat(rest(client)).isEmpty();
        }
    }
}
