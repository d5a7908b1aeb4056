package dev.trine.executor.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes connections on, byte by byte, from one address to another. A sandboxed workload has a network of its own in which nobody
 * else is; two of these lead it to the platform's front door and nowhere else: one inside, which listens on that door's port of the
 * sandbox's loopback, and one outside, which listens on a Unix socket in a folder that both see.
 */
final class Relay implements AutoCloseable {

    private static final int PIECE = 64 << 10;
    private static final long PAUSE_NANOS = 10_000_000;

    private final ServerSocketChannel listening;
    private final SocketAddress to;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private Relay(ServerSocketChannel listening, SocketAddress to) {
        this.listening = listening;
        this.to = to;
    }

    /**
     * Begins to listen on a Unix socket, in the place of one that a killed process left.
     *
     * @param socket its path, at most about 100 bytes long
     */
    static Relay outside(Path socket, String host, int port) throws IOException {
        Files.deleteIfExists(socket);
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        // workloads are other users; who sees the folder may connect
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        return begin(listening, InetSocketAddress.createUnresolved(host, port));
    }

    private static Relay begin(ServerSocketChannel listening, SocketAddress to) {
        var relay = new Relay(listening, to);
        Thread.ofVirtual().name("relay").start(relay::accept);
        return relay;
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel from = listening.accept();
                open.add(from);
                Thread.ofVirtual().name("relay").start(() -> pass(from));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException noneNow) {
                LockSupport.parkNanos(PAUSE_NANOS); // for example too many open files: those that end make room
            }
        }
    }

    private void pass(SocketChannel from) {
        try (from;
                SocketChannel through = connect()) {
            open.add(through);
            Thread back = Thread.ofVirtual().name("relay").start(() -> copy(through, from));
            copy(from, through);
            back.join();
            open.remove(through);
        } catch (IOException away) {
            // the other side sees that the connection ends, as with any server that is away
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
        }
    }

    private SocketChannel connect() throws IOException {
        return to instanceof InetSocketAddress named
                ? SocketChannel.open(new InetSocketAddress(named.getHostString(), named.getPort()))
                : SocketChannel.open(to);
    }

    /** One direction, until its end, which is passed on; a broken connection ends both. */
    private static void copy(SocketChannel from, SocketChannel to) {
        var piece = ByteBuffer.allocate(PIECE);
        try {
            while (from.read(piece) >= 0) {
                piece.flip();
                while (piece.hasRemaining()) {
                    to.write(piece);
                }
                piece.clear();
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closedAllTheSame) {
            // nothing more can be done with it
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(Relay::closeQuietly);
    }

    /**
     * The one inside.
     *
     * @param arguments the port to listen on, the socket of the one outside, and a pipe into which a line is written when it
     *     listens
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var listening = ServerSocketChannel.open();
        try {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
        } catch (IOException e) {
            System.err.println("the platform cannot be reached from here: " + e.getMessage());
            return;
        }
        begin(listening, UnixDomainSocketAddress.of(arguments[1]));
        Files.writeString(Path.of(arguments[2]), "listening\n");
        Thread.currentThread().join();
    }
}
