package dev.trine.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server whose every connection goes as it is told. */
record Replica(ServerSocket server) implements AutoCloseable {

    interface Connection {
        /** @param number of this connection, from 1 */
        void serve(Socket socket, int number) throws IOException, InterruptedException;
    }

    static Replica of(Connection how) throws IOException {
        var server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            for (int number = 1; !server.isClosed(); number++) {
                accept(server, how, number);
            }
        });
        return new Replica(server);
    }

    private static void accept(ServerSocket server, Connection how, int number) {
        try {
            Socket socket = server.accept();
            Thread.ofVirtual().start(() -> {
                try (socket) {
                    how.serve(socket, number);
                } catch (IOException | InterruptedException theOtherSideIsGone) {
                    // that is told by what the test sees
                }
            });
        } catch (IOException closed) {
            // the test is over
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
