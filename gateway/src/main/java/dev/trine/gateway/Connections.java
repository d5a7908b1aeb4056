package dev.trine.gateway;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop and what comes on them: bounds what one client may have going on, and ends what makes no
 * progress. Looks at all of them now and then, so that nothing is spent for a piece of a body.
 */
final class Connections {

    /** How often it looks, at least: a timeout is kept to within as much. */
    private static final long LONGEST_LOOK_MILLIS = 1_000;

    private static final int LOOKS_PER_TIMEOUT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Map<HttpConnection, Line> lines = new HashMap<>();
    private final GatewayOptions.Limits limits;
    private final int looksAtBody;
    private final int looksAtIdle;

    /** @param vertx called on the event loop that all of it is used on */
    Connections(Vertx vertx, GatewayOptions.Limits limits) {
        this.limits = limits;
        long body = limits.bodyTimeout().toMillis();
        long idle = limits.idleTimeout().toMillis();
        long look = Math.clamp(Math.min(body, idle) / LOOKS_PER_TIMEOUT, 1, LONGEST_LOOK_MILLIS);
        this.looksAtBody = (int) Math.ceilDiv(body, look);
        this.looksAtIdle = (int) Math.ceilDiv(idle, look);
        vertx.setPeriodic(look, timer -> look());
    }

    /** The line that a request came on. */
    Line of(HttpServerRequest request) {
        Line line = lines.get(request.connection());
        return line == null ? open(request.connection()) : line;
    }

    Line open(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channelHandlerContext().channel();
        Acceptance.Place place = requireNonNull(channel.attr(Acceptance.PLACE).get());
        var line = new Line(connection, place.client(), place.surplus());
        lines.put(connection, line);
        // its requests are told as well; a client that resets or sends what is no HTTP is no error of ours
        connection.exceptionHandler(
                broken -> LOG.debug("a connection of {} broke", connection.remoteAddress(), broken));
        connection.closeHandler(gone -> {
            lines.remove(connection);
            line.close();
        });
        return line;
    }

    private void look() {
        for (Line line : List.copyOf(lines.values())) {
            line.look();
        }
    }

    /** A connection. */
    final class Line {

        private final HttpConnection connection;
        private final Clients.Client client;
        private final boolean surplus;
        private final List<Arrival> arrivals = new ArrayList<>(1);
        private int open;
        private int looksIdle;
        private boolean closed;

        private Line(HttpConnection connection, Clients.Client client, boolean surplus) {
            this.connection = connection;
            this.client = client;
            this.surplus = surplus;
        }

        /** Whether it should not be there at all: its client has as many as it may. */
        boolean isSurplus() {
            return surplus;
        }

        /**
         * Counts a request; {@link #end} is to be called when it is answered, or has no answer.
         *
         * @return why the request is one too many, or null
         */
        @Nullable
        Problem begin() {
            open++;
            int requests = client.requests().incrementAndGet();
            if (surplus) {
                return Problem.rateLimited(
                        "this address has more than %d connections".formatted(limits.clientConnections()));
            }
            return requests > limits.clientRequests()
                    ? Problem.rateLimited(
                            "this address has %d requests without an answer".formatted(limits.clientRequests()))
                    : null;
        }

        void end(@Nullable Arrival arrival) {
            if (arrival != null) {
                arrival.over();
            }
            if (!closed) {
                open--;
                looksIdle = 0;
                client.requests().decrementAndGet();
            }
        }

        /** A body begins to come; null if its client has as many on their way as it may. */
        @Nullable
        Arrival expect(HttpServerRequest request, Runnable late) {
            if (client.bodies().incrementAndGet() > limits.clientBodies()) {
                client.bodies().decrementAndGet();
                return null;
            }
            var arrival = new Arrival(this, request, late);
            arrivals.add(arrival);
            return arrival;
        }

        Problem tooManyBodies() {
            return Problem.rateLimited("this address has %d bodies on their way; send the rest of them first"
                    .formatted(limits.clientBodies()));
        }

        private void look() {
            if (open == 0) {
                looksIdle++;
                if (looksIdle > looksAtIdle) {
                    var _ = connection.close();
                }
            }
            if (!arrivals.isEmpty()) {
                List.copyOf(arrivals).forEach(Arrival::look);
            }
        }

        private void close() {
            if (!closed) {
                closed = true;
                client.requests().addAndGet(-open);
                List.copyOf(arrivals).forEach(Arrival::over);
            }
        }
    }

    /** A body that is on its way. */
    final class Arrival {

        private final Line line;
        private final HttpServerRequest request;
        private final Runnable late;
        private BooleanSupplier wanted = () -> true;
        private @Nullable Runnable abandon;
        private long bytesSeen;
        private int looksStill;
        private boolean over;

        private Arrival(Line line, HttpServerRequest request, Runnable late) {
            this.line = line;
            this.request = request;
            this.late = late;
        }

        /** Says when it is the client that is waited for: never while nobody reads what it sends. */
        void wantedWhile(BooleanSupplier reading) {
            wanted = reading;
            looksStill = 0;
        }

        /** What else is to be given up when it comes too slowly. */
        void whenLate(Runnable giveUp) {
            abandon = giveUp;
        }

        /** It has come whole, or will not. */
        void over() {
            if (!over) {
                over = true;
                line.arrivals.remove(this);
                line.client.bodies().decrementAndGet();
            }
        }

        private void look() {
            if (request.isEnded()) {
                over();
                return;
            }
            long bytes = request.bytesRead();
            // an answer that has begun is a conversation, in which either side may pause
            boolean still = bytes == bytesSeen
                    && wanted.getAsBoolean()
                    && !request.response().headWritten();
            bytesSeen = bytes;
            looksStill = still ? looksStill + 1 : 0;
            if (looksStill > looksAtBody) {
                over();
                late.run();
                if (abandon != null) {
                    abandon.run();
                }
            }
        }
    }
}
