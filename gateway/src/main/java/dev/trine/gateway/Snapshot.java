package dev.trine.gateway;

import dev.trine.lib.routing.GatewayConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the newest routing: from the control plane's stream, and from disk until that speaks. */
final class Snapshot {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final long FIRST_WAIT_MILLIS = 50;
    private static final long LONGEST_WAIT_MILLIS = 2_000;

    private final Vertx vertx;
    private final HttpClient client;
    private final GatewayOptions options;
    private final Clock clock;
    private final Upstream controlPlane;
    private volatile @Nullable Current current;
    private volatile boolean connected;
    private volatile Engines engines = Engines.ALL;
    private volatile boolean closed;
    private long wait = FIRST_WAIT_MILLIS;

    /** A routing table and who decides by it. */
    record Current(RoutingTable routing, Authenticator authenticator) {}

    /** Which of the control plane's engines answer, as it told last. */
    record Engines(boolean database, boolean redis) {
        static final Engines ALL = new Engines(true, true);
    }

    /** @param controlPlane asked for the routing, wherever it is when it is asked */
    Snapshot(Vertx vertx, GatewayOptions options, Upstream controlPlane, Clock clock) {
        this.vertx = vertx;
        this.options = options;
        this.controlPlane = controlPlane;
        this.clock = clock;
        // the stream writes a heartbeat every 15 s; silence for longer means that the other side is gone
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(2_000).setReadIdleTimeout(40));
    }

    void start() {
        restore();
        connect();
    }

    void close() {
        closed = true;
    }

    @Nullable
    Current current() {
        return current;
    }

    /** Whether the control plane's stream is open now. */
    boolean connected() {
        return connected;
    }

    /** Whether everything is there that requests to the control plane need. */
    boolean ready() {
        return current != null && connected && engines.database();
    }

    Engines engines() {
        return engines;
    }

    private void connect() {
        if (closed) {
            return;
        }
        var request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(controlPlane.host())
                .setPort(controlPlane.port())
                .setURI("/internal/gateway/config")
                .putHeader("X-Trine-Internal", options.internalToken())
                .putHeader("Accept", "text/event-stream");
        client.request(request)
                .compose(open -> open.send())
                .onSuccess(response -> {
                    if (response.statusCode() != 200) {
                        LOG.warn("the control plane refuses the routing: status {}", response.statusCode());
                        response.exceptionHandler(asIsMeantNow -> {});
                        response.request().reset();
                        reconnect();
                        return;
                    }
                    var lines = new EventLines(this::take);
                    response.handler(lines::feed);
                    response.exceptionHandler(broken -> lost());
                    response.endHandler(end -> lost());
                })
                .onFailure(unreachable -> reconnect());
    }

    private void lost() {
        if (connected) {
            connected = false;
            LOG.warn("the control plane's routing stream ended; the last routing stays in force");
        }
        reconnect();
    }

    private void reconnect() {
        connected = false;
        if (!closed) {
            long jitter = ThreadLocalRandom.current().nextLong(wait / 2 + 1);
            vertx.setTimer(wait + jitter, timer -> connect());
            wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
        }
    }

    private void take(String event, String data) {
        try {
            if (event.equals("engines")) {
                engines = JSON.readValue(data, Engines.class);
                return;
            }
            apply(data);
        } catch (JacksonException | IllegalArgumentException e) {
            LOG.error("a routing that cannot be read was ignored", e);
            return;
        }
        wait = FIRST_WAIT_MILLIS;
        if (!connected) {
            connected = true;
            LOG.info("routing received");
        }
        Path file = options.stateFile();
        if (file != null) {
            vertx.executeBlocking(() -> {
                        keep(file, data);
                        return file;
                    })
                    .onFailure(e -> LOG.warn("the routing could not be kept in {}", file, e));
        }
    }

    private void apply(String data) {
        GatewayConfig config = JSON.readValue(data, GatewayConfig.class);
        Current before = current;
        RoutingTable table = RoutingTable.of(config, before == null ? null : before.routing());
        current = new Current(table, new Authenticator(table, clock));
    }

    private void restore() {
        Path file = options.stateFile();
        if (file != null && Files.exists(file)) {
            try {
                apply(Files.readString(file));
                LOG.info("starting with the routing kept in {}", file);
            } catch (IOException | JacksonException | IllegalArgumentException e) {
                LOG.warn("the routing kept in {} cannot be used", file, e);
            }
        }
    }

    private static synchronized void keep(Path file, String data) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, data);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The data of server-sent events and their names, put together from whatever pieces arrive. */
    static final class EventLines {

        private final java.util.function.BiConsumer<String, String> onEvent;
        private Buffer rest = Buffer.buffer();
        private final StringBuilder data = new StringBuilder();
        private String event = "";

        EventLines(java.util.function.BiConsumer<String, String> onEvent) {
            this.onEvent = onEvent;
        }

        void feed(Buffer piece) {
            rest.appendBuffer(piece);
            int start = 0;
            for (int i = rest.length() - piece.length(); i < rest.length(); i++) {
                if (rest.getByte(i) == '\n') {
                    line(rest.getString(start, i, StandardCharsets.UTF_8.name()));
                    start = i + 1;
                }
            }
            rest = rest.getBuffer(start, rest.length());
        }

        private void line(String line) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    String whole = data.toString();
                    data.setLength(0);
                    onEvent.accept(event, whole);
                }
                event = "";
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line, 6, line.length());
            }
        }
    }
}
