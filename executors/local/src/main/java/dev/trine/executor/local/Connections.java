package dev.trine.executor.local;

import java.io.Closeable;
import java.io.IOException;
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

/** Takes connections, each on a virtual thread of its own, and passes bytes on between pairs of them. */
final class Connections implements Closeable {

    /** Small: each connection has two of them, in a relay's little heap too. */
    private static final int PIECE = 16 << 10;

    private static final long PAUSE_NANOS = 10_000_000;

    private final ServerSocketChannel listening;
    private final String name;
    private final Taker taker;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    /** What becomes of a connection. It is closed afterwards, also when this fails: that is all the other side is told. */
    @FunctionalInterface
    interface Taker {
        void take(SocketChannel from, Connections all) throws IOException, InterruptedException;
    }

    private Connections(ServerSocketChannel listening, String name, Taker taker) {
        this.listening = listening;
        this.name = name;
        this.taker = taker;
    }

    /**
     * Begins to listen on a Unix socket, in the place of one that a killed process left.
     *
     * @param socket its path, at most about 100 bytes long
     * @param name of its threads
     */
    static Connections at(Path socket, String name, Taker taker) throws IOException {
        Files.deleteIfExists(socket);
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        // workloads are other users; who sees the folder may connect
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        return on(listening, name, taker);
    }

    /**
     * Begins to take the connections of a channel that is bound.
     *
     * @param name of its threads
     */
    static Connections on(ServerSocketChannel listening, String name, Taker taker) {
        var connections = new Connections(listening, name, taker);
        Thread.ofVirtual().name(name).start(connections::accept);
        return connections;
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel from = listening.accept();
                open.add(from);
                if (!listening.isOpen()) {
                    closeQuietly(from); // close() may have been too early to see it
                    return;
                }
                Thread.ofVirtual().name(name).start(() -> take(from));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException noneNow) {
                LockSupport.parkNanos(PAUSE_NANOS); // for example too many open files: those that end make room
            }
        }
    }

    private void take(SocketChannel from) {
        try (from) {
            taker.take(from, this);
        } catch (IOException away) {
            // the other side sees that the connection ends, as with any server that is away
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
        }
    }

    /** Passes on what comes from either, until both have ended, and closes the second. */
    void join(SocketChannel from, SocketChannel to) throws IOException, InterruptedException {
        open.add(to);
        try (to) {
            if (listening.isOpen()) {
                Thread back = Thread.ofVirtual().name(name).start(() -> copy(to, from));
                copy(from, to);
                back.join();
            }
        } finally {
            open.remove(to);
        }
    }

    /** One direction, until its end, which is passed on; a broken connection ends both. */
    private static void copy(SocketChannel from, SocketChannel to) {
        var piece = ByteBuffer.allocate(PIECE);
        try {
            while (from.read(piece) >= 0) {
                write(piece.flip(), to);
                piece.clear();
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    /** Writes all of it. */
    static void write(ByteBuffer bytes, SocketChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closedAllTheSame) {
            // nothing more can be done with it
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(Connections::closeQuietly);
    }
}
