package dev.trine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class LoadTest {

    private final AtomicInteger served = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        answer("/whole", 200, 5);
        answer("/chunks", 200, 0);
        answer("/refused", 503, 5);
        server.start();
    }

    private void answer(String path, int status, int length) {
        server.createContext(path, exchange -> {
            exchange.getRequestBody().readAllBytes();
            served.incrementAndGet();
            exchange.sendResponseHeaders(status, length);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Load load(String path) {
        return new Load(
                server.getAddress().getPort(), Load.request("POST", path, Map.of("X-A", "b"), new byte[] {1, 2, 3}));
    }

    @Test
    void everyRequestIsAnsweredAndCounted() throws Exception {
        for (String path : List.of("/whole", "/chunks")) {
            served.set(0);
            Load.Seen seen = load(path).closed(4, Duration.ofMillis(200));
            assertThat(seen.requests()).isPositive().isEqualTo(served.get());
            assertThat(seen.refused()).isZero();
            assertThat(seen.p50Millis()).isPositive().isLessThanOrEqualTo(seen.p99Millis());
        }
    }

    @Test
    void aFixedRateIsKept() throws Exception {
        Load.Seen seen = load("/whole").paced(4, 100, Duration.ofMillis(500));
        assertThat(seen.requests()).isEqualTo(50);
    }

    @Test
    void refusalsAreTold() throws Exception {
        Load.Seen seen = load("/refused").closed(1, Duration.ofMillis(100));
        assertThat(seen.refused()).isPositive().isEqualTo(seen.requests());
    }

    @Test
    void theMiddleOfTheRunsIsTheirMedian() {
        assertThat(Table.spread(List.of(3.0, 1.0, 2.0), 1)).isEqualTo("2.0 (1.0 – 3.0)");
        assertThat(Table.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    }
}
