package dev.trine.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A port of this machine at which every connection is refused. It is bound, so that nobody else listens there meanwhile. */
public record DeafPort(SocketChannel bound) implements AutoCloseable {

    public static DeafPort open() throws IOException {
        return new DeafPort(SocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    public int number() {
        return bound.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
