package dev.trine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a tus server that does what can go wrong, request by request, and works when nothing is left to do so. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class UploadTest {

    /** What may happen to a request. */
    private interface Mishap {
        void happens(HttpExchange exchange, byte[] body) throws IOException;
    }

    @TempDir
    private Path folder;

    private HttpServer server;
    private Api api;
    private final ByteBuffer kept = ByteBuffer.allocate(1 << 10);
    private final Queue<Mishap> patches = new ArrayDeque<>();
    private final Queue<Mishap> heads = new ArrayDeque<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/uploads", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Mishap mishap = switch (exchange.getRequestMethod()) {
                case "PATCH" -> patches.poll();
                case "HEAD" -> heads.poll();
                default -> null;
            };
            (mishap == null ? (Mishap) this::works : mishap).happens(exchange, body);
        });
        server.start();
        api = Api.at("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private void works(HttpExchange exchange, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().add("Location", "/api/v1/uploads/upl_1");
            answer(exchange, 201, "");
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            answer(exchange, 200, "");
        } else if (!exchange.getRequestHeaders().getFirst("Upload-Offset").equals(Integer.toString(kept.position()))) {
            conflicts(exchange, body);
        } else {
            kept.put(body);
            answer(exchange, 204, "");
        }
    }

    private void conflicts(HttpExchange exchange, byte[] body) throws IOException {
        answer(exchange, 409, "{\"code\":\"UPLOAD_OFFSET_CONFLICT\",\"detail\":\"another request is writing\"}");
    }

    private void breaksOffHalfWay(HttpExchange exchange, byte[] body) {
        kept.put(body, 0, body.length / 2);
        exchange.close();
    }

    private void isAway(HttpExchange exchange, byte[] body) throws IOException {
        answer(exchange, 503, "");
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().add("Upload-Offset", Integer.toString(kept.position()));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    private String received() {
        return new String(kept.array(), 0, kept.position(), StandardCharsets.UTF_8);
    }

    @Test
    void aBrokenChunkWhoseOffsetNobodyTellsIsFoundByTheConflict() throws IOException {
        patches.add(this::breaksOffHalfWay);
        heads.add(this::isAway);
        assertThat(Upload.send(api, file("a,b\n1,2\n"), (sent, all) -> {})).isEqualTo("upl_1");
        assertThat(received()).isEqualTo("a,b\n1,2\n");
    }

    @Test
    void anotherRequestThatIsStillWritingIsWaitedFor() throws IOException {
        patches.addAll(List.of(this::conflicts, this::conflicts));
        Upload.send(api, file("a,b\n1,2\n"), (sent, all) -> {});
        assertThat(received()).isEqualTo("a,b\n1,2\n");
    }

    @Test
    void anotherRefusalIsFinal() throws IOException {
        patches.add((exchange, body) -> answer(exchange, 409, "{\"code\":\"CONFLICT\",\"detail\":\"no\"}"));
        Path file = file("a,b\n");
        assertThatThrownBy(() -> Upload.send(api, file, (sent, all) -> {})).hasMessageContaining("CONFLICT: no");
    }

    @Test
    void aFileThatIsCutMeanwhileEndsTheUploadAndIsNamed() throws IOException {
        Path file = file("a,b\n1,2\n");
        patches.add((exchange, body) -> {
            kept.put(body, 0, 4);
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(4);
            }
            answer(exchange, 204, "");
        });
        assertThatThrownBy(() -> Upload.send(api, file, (sent, all) -> {}))
                .isInstanceOf(CliException.class)
                .hasMessageContaining(file + " had 8 bytes when its upload began, and has 4 now");
    }
}
