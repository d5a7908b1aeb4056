package dev.trine.executor.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Passes connections on, byte by byte, from one address to another. A sandboxed workload has a network of its own in which nobody
 * else is; relays lead it where it may go and nowhere else: one inside, which listens on ports of the sandbox's loopback, and what
 * listens outside on a Unix socket in a folder that both see. For the platform's front door that is another relay.
 */
final class Relay {

    private Relay() {}

    /**
     * The one outside.
     *
     * @param socket where it begins to listen
     */
    static Connections outside(Path socket, String host, int port) throws IOException {
        return Connections.at(
                socket, "relay", (from, all) -> all.join(from, SocketChannel.open(new InetSocketAddress(host, port))));
    }

    /**
     * The one inside.
     *
     * @param arguments a pipe into which a line is written when it listens; then pairs of a port to listen on and the socket that it
     *     leads to
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean listens = false;
        for (int pair = 1; pair < arguments.length; pair += 2) {
            var socket = UnixDomainSocketAddress.of(arguments[pair + 1]);
            var listening = ServerSocketChannel.open();
            try {
                listening.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[pair])));
            } catch (IOException e) {
                System.err.printf("port %s leads nowhere from here: %s%n", arguments[pair], e.getMessage());
                continue;
            }
            Connections.on(listening, "relay", (from, all) -> all.join(from, SocketChannel.open(socket)));
            listens = true;
        }
        if (listens) {
            Files.writeString(Path.of(arguments[0]), "listening\n");
            Thread.currentThread().join();
        }
    }
}
