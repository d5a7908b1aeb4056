package dev.trine.executor.local;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP proxy (RFC 9110, section 3.7) on a Unix socket, by which sandboxed workloads reach the public internet and nothing of this
 * machine or the networks it is in. It resolves names itself and goes to the very addresses that it found good, so that a name that
 * leads elsewhere the next time leads nowhere else here. {@code CONNECT host:port} makes a tunnel; a request for {@code http://…} is
 * forwarded, one for each connection.
 */
final class EgressProxy implements Closeable {

    /** Where workloads have it, on the loopback address of their own networks; the usual port of proxies. */
    static final int PORT = 3128;

    /** Bytes of a request's head. */
    static final int MOST_HEAD = 16 << 10;

    /** Connections at the same time, of all workloads together; each costs two small buffers and two open files. */
    static final int MOST_CONNECTIONS = 128;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final int MOST_ADDRESSES = 4;
    private static final int RESOLVERS = 8;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final Destinations destinations;
    private final Duration patience;
    private final Connections.Silence silence;
    private final Semaphore room;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("egress-clock").factory());
    /** The system's resolver holds the thread that asks it, so none that virtual threads run on may. */
    private final ExecutorService resolvers = Executors.newFixedThreadPool(
            RESOLVERS, Thread.ofPlatform().daemon().name("egress-resolver-", 0).factory());

    private final Connections connections;

    /** Where a proxy goes. */
    @FunctionalInterface
    interface Destinations {

        /**
         * The addresses at which it may go to a host.
         *
         * @param host a name or a literal address
         * @return empty if it may not go there
         */
        List<InetAddress> of(String host) throws UnknownHostException;
    }

    /** Why a request gets nothing. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;

        private final String status;

        Refusal(String status, String why) {
            super(why);
            this.status = status;
        }
    }

    /** Begins to listen on a Unix socket. */
    static EgressProxy at(Path socket, Destinations destinations) throws IOException {
        return new EgressProxy(socket, destinations, PATIENCE, IDLE, MOST_CONNECTIONS);
    }

    /**
     * Begins to listen.
     *
     * @param patience how long it waits for each of a head, a name's addresses, an address's answer, and more from one side when the
     *     other has ended
     * @param idle for how long nothing may come from either side
     */
    EgressProxy(Path socket, Destinations destinations, Duration patience, Duration idle, int mostConnections)
            throws IOException {
        this.destinations = destinations;
        this.patience = patience;
        this.silence = new Connections.Silence(idle, patience);
        this.room = new Semaphore(mostConnections);
        this.connections = Connections.at(socket, "egress", this::take);
    }

    private void take(SocketChannel from, Connections all) throws IOException, InterruptedException {
        if (!room.tryAcquire()) {
            answer(from, new Refusal("503 Service Unavailable", "the proxy has no room for another connection now"));
            return;
        }
        try {
            serveOrRefuse(from, all);
        } catch (RejectedExecutionException closing) {
            // the connection ends with the proxy
        } finally {
            room.release();
        }
    }

    private void serveOrRefuse(SocketChannel from, Connections all) throws IOException, InterruptedException {
        try {
            serve(from, all);
        } catch (Refusal refusal) {
            answer(from, refusal);
            hearOut(from);
        }
    }

    private void serve(SocketChannel from, Connections all) throws IOException, InterruptedException, Refusal {
        ByteBuffer came = ByteBuffer.allocate(MOST_HEAD);
        ProxyRequest request = request(from, came);
        SocketChannel to = connect(request, addresses(request.host()));
        try {
            if (request.tunnel()) {
                say(from, "HTTP/1.1 200 Connection established\r\n\r\n");
            } else {
                say(to, request.forwarded());
            }
            Connections.write(came, to);
        } catch (IOException broken) {
            Connections.closeQuietly(to);
            throw broken;
        }
        all.join(from, to, silence);
    }

    /** Reads a head; what came after it stays in the buffer. */
    private ProxyRequest request(SocketChannel from, ByteBuffer came) throws IOException, Refusal {
        Future<?> late = closeLater(from);
        try {
            int end = -1;
            while (end < 0) {
                if (!came.hasRemaining()) {
                    throw new ProtocolException("the head is longer than %d bytes".formatted(MOST_HEAD));
                }
                int before = came.position();
                if (from.read(came) < 0) {
                    throw new EOFException();
                }
                end = endOfHead(came, before);
            }
            String head = StandardCharsets.ISO_8859_1.decode(came.slice(0, end)).toString();
            came.flip().position(end + END_OF_HEAD.length);
            return ProxyRequest.parse(head);
        } catch (ProtocolException malformed) {
            throw new Refusal("400 Bad Request", String.valueOf(malformed.getMessage()));
        } finally {
            late.cancel(false);
        }
    }

    /** Where the empty line begins that ends a head; negative while it has not come. */
    private static int endOfHead(ByteBuffer came, int searched) {
        for (int at = Math.max(0, searched - END_OF_HEAD.length + 1);
                at <= came.position() - END_OF_HEAD.length;
                at++) {
            if (came.slice(at, END_OF_HEAD.length).equals(ByteBuffer.wrap(END_OF_HEAD))) {
                return at;
            }
        }
        return -1;
    }

    private List<InetAddress> addresses(String host) throws InterruptedException, Refusal {
        Future<List<InetAddress>> asked = resolvers.submit(() -> destinations.of(host));
        try {
            List<InetAddress> found = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (found.isEmpty()) {
                throw new Refusal(
                        "403 Forbidden",
                        "'%s' is not on the public internet, and workloads reach nothing else by this proxy"
                                .formatted(host));
            }
            return found;
        } catch (ExecutionException unknown) {
            throw new Refusal("502 Bad Gateway", "there is no host '%s'".formatted(host));
        } catch (TimeoutException late) {
            asked.cancel(true);
            throw new Refusal("504 Gateway Timeout", "the address of '%s' was not found in time".formatted(host));
        }
    }

    /** To the first address that answers. */
    private SocketChannel connect(ProxyRequest request, List<InetAddress> addresses) throws IOException, Refusal {
        for (InetAddress address : addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES))) {
            var to = SocketChannel.open();
            try {
                to.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                to.socket()
                        .connect(new InetSocketAddress(address, request.port()), Math.toIntExact(patience.toMillis()));
                return to;
            } catch (IOException doesNotAnswer) {
                to.close();
            }
        }
        throw new Refusal(
                "502 Bad Gateway", "'%s' does not answer on port %d".formatted(request.host(), request.port()));
    }

    private static void answer(SocketChannel from, Refusal refusal) throws IOException {
        String why = refusal.getMessage() + "\n";
        say(from, """
                HTTP/1.1 %s\r
                Content-Type: text/plain; charset=iso-8859-1\r
                Content-Length: %d\r
                Connection: close\r
                \r
                %s""".formatted(refusal.status, why.length(), why));
        from.shutdownOutput();
    }

    /** Reads what still comes, for a while: a socket that is closed with bytes unread takes back what it said. */
    private void hearOut(SocketChannel from) throws IOException {
        Future<?> late = closeLater(from);
        try {
            var unheard = ByteBuffer.allocate(1 << 10);
            while (from.read(unheard) >= 0) {
                unheard.clear();
            }
        } finally {
            late.cancel(false);
        }
    }

    private Future<?> closeLater(SocketChannel channel) {
        return clock.schedule(() -> Connections.closeQuietly(channel), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void say(SocketChannel to, String text) throws IOException {
        Connections.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), to);
    }

    @Override
    public void close() throws IOException {
        connections.close();
        clock.shutdownNow();
        resolvers.shutdownNow();
    }
}
