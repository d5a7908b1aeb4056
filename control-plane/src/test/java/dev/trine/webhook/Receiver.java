package dev.trine.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.trine.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An address that webhooks lead to, which keeps what it is told. */
public final class Receiver implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();

    /** A message with its headers, the names in lower case. */
    public record Told(String body, Map<String, String> headers) {

        public String id() {
            return headers.getOrDefault("x-mlflow-delivery-id", "");
        }
    }

    private Receiver(HttpServer server) {
        this.server = server;
    }

    public static Receiver start() throws IOException {
        var receiver = new Receiver(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        receiver.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.server.createContext("/", receiver::take);
        receiver.server.start();
        return receiver;
    }

    /** Answers so, one after the other, and after that 200. */
    public Receiver answers(Integer... statuses) {
        answers.addAll(List.of(statuses));
        return this;
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = new java.util.TreeMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        int status = answers.isEmpty() ? 200 : answers.removeFirst();
        byte[] answer = "thanks".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
        told.add(new Told(body, headers));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next message. */
    public Told next() throws InterruptedException {
        Told next = told.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing is told");
        }
        return next;
    }

    public boolean isToldNothingMore() {
        return told.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
