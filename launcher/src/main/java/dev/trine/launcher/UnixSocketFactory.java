package dev.trine.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets PostgreSQL's driver, which speaks to {@link Socket}s, speak over a Unix socket: as its {@code socketFactory}, with the
 * socket's path as its {@code socketFactoryArg}. A read that takes longer than the timeout ends the connection.
 */
public final class UnixSocketFactory extends SocketFactory {

    private static final ScheduledExecutorService TIMEOUTS = timeouts();

    private final Path path;

    /** There is one for every read, and hardly any comes to its end. */
    private static ScheduledExecutorService timeouts() {
        var timeouts = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("unix-socket-timeouts").factory());
        timeouts.setRemoveOnCancelPolicy(true);
        return timeouts;
    }

    /** @param path of the socket */
    public UnixSocketFactory(String path) {
        super();
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() {
        return new UnixSocket(path);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        var socket = new UnixSocket(path);
        socket.connect(null, 0);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket("", port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket("", port);
    }

    /** What the driver does with a socket; the address it names is not looked at. */
    private static final class UnixSocket extends Socket {

        private final Path path;
        private @Nullable SocketChannel channel;
        private volatile int timeoutMillis;

        UnixSocket(Path path) {
            super();
            this.path = path;
        }

        @Override
        public void connect(@Nullable SocketAddress ignored, int timeout) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        }

        @Override
        public void connect(@Nullable SocketAddress ignored) throws IOException {
            connect(ignored, 0);
        }

        private SocketChannel channel() throws SocketException {
            SocketChannel connected = channel;
            if (connected == null) {
                throw new SocketException("not connected");
            }
            return connected;
        }

        @Override
        public InputStream getInputStream() throws SocketException {
            SocketChannel from = channel();
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    var one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
                    int timeout = timeoutMillis;
                    if (timeout == 0) {
                        return from.read(buffer);
                    }
                    Future<?> end = TIMEOUTS.schedule(UnixSocket.this::close, timeout, TimeUnit.MILLISECONDS);
                    try {
                        return from.read(buffer);
                    } catch (AsynchronousCloseException closed) {
                        var tooLate = new SocketTimeoutException("no answer within %d ms".formatted(timeout));
                        tooLate.initCause(closed);
                        throw tooLate;
                    } finally {
                        end.cancel(false);
                    }
                }
            };
        }

        @Override
        public OutputStream getOutputStream() throws SocketException {
            SocketChannel to = channel();
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
                    while (buffer.hasRemaining()) {
                        to.write(buffer);
                    }
                }
            };
        }

        @Override
        public void setSoTimeout(int millis) {
            timeoutMillis = millis;
        }

        @Override
        public int getSoTimeout() {
            return timeoutMillis;
        }

        // there is nothing like these here

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void setKeepAlive(boolean on) {}

        @Override
        public int getSendBufferSize() {
            return 1 << 16;
        }

        @Override
        public void setSendBufferSize(int bytes) {}

        @Override
        public int getReceiveBufferSize() {
            return 1 << 16;
        }

        @Override
        public void setReceiveBufferSize(int bytes) {}

        @Override
        public boolean isConnected() {
            return channel != null;
        }

        @Override
        public boolean isClosed() {
            SocketChannel connected = channel;
            return connected != null && !connected.isOpen();
        }

        @Override
        public void close() {
            SocketChannel connected = channel;
            if (connected != null) {
                try {
                    connected.close();
                } catch (IOException closedAllTheSame) {
                    // nobody can do anything about it
                }
            }
        }
    }
}
