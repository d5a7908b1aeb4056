package dev.trine.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server that gives the answers a real store gives only when it is in trouble. */
final class S3Answers implements AutoCloseable {

    /** What MinIO says on a full disk. */
    static final Answer FULL = exchange -> error(exchange, 507, "XMinioStorageFull");

    private final HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** One answer. */
    @FunctionalInterface
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    S3Answers(Answer answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            try (exchange;
                    InputStream body = exchange.getRequestBody()) {
                body.readAllBytes();
                answer.give(exchange);
            }
        });
        server.start();
    }

    static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>so</Message></Error>"
                .formatted(code)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Method and path of every request so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    StorageProperties.S3 settings() {
        return settings(server.getAddress().getPort());
    }

    static StorageProperties.S3 settings(int port) {
        return new StorageProperties.S3(
                "http://127.0.0.1:" + port, "us-east-1", "trine", true, false, "trine", "trine-secret");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
