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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
        join(from, to, Silence.ANY);
    }

    /** The same, and ends both when nothing comes from either for too long. */
    void join(SocketChannel from, SocketChannel to, Silence most) throws IOException, InterruptedException {
        open.add(to);
        try (to) {
            if (listening.isOpen()) {
                var pair = new Pair(from, to);
                Thread there = Thread.ofVirtual().name(name).start(() -> pair.copy(from, to));
                Thread back = Thread.ofVirtual().name(name).start(() -> pair.copy(to, from));
                pair.awaitEnd(most);
                there.join();
                back.join();
            }
        } finally {
            open.remove(to);
        }
    }

    /**
     * For how long nothing may come.
     *
     * @param whileOpen from both
     * @param afterEnd from one when the other has ended
     */
    record Silence(Duration whileOpen, Duration afterEnd) {

        private static final Duration EVER = Duration.ofDays(36_500);

        static final Silence ANY = new Silence(EVER, EVER);
    }

    /** Two connections of which each gets what comes from the other. */
    private static final class Pair {

        private final SocketChannel from;
        private final SocketChannel to;
        private final Semaphore ends = new Semaphore(0);
        private volatile long cameAt = System.nanoTime();

        Pair(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        /** One direction, until its end, which is passed on; a broken connection ends both. */
        void copy(SocketChannel one, SocketChannel other) {
            var piece = ByteBuffer.allocate(PIECE);
            try {
                while (one.read(piece) >= 0) {
                    cameAt = System.nanoTime();
                    write(piece.flip(), other);
                    piece.clear();
                }
                other.shutdownOutput();
            } catch (IOException broken) {
                close();
            }
            cameAt = System.nanoTime();
            ends.release();
        }

        void awaitEnd(Silence most) throws InterruptedException {
            int ended = 0;
            while (ended < 2) {
                Duration allowed = ended == 0 ? most.whileOpen() : most.afterEnd();
                long left = allowed.toNanos() - (System.nanoTime() - cameAt);
                if (left <= 0) {
                    close();
                    return;
                }
                ended += ends.tryAcquire(left, TimeUnit.NANOSECONDS) ? 1 : 0;
            }
        }

        private void close() {
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
