package dev.trine.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/** A replica or control plane with what the gateway has seen of it. One object per address for as long as it is routed to. */
final class Upstream {

    private static final long SHUNNED_NANOS = 1_000_000_000L;

    private final String host;
    private volatile int port;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long shunnedUntil = Long.MIN_VALUE;

    Upstream(String host, int port) {
        this.host = host;
        this.port = port;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** It listens on this port from now on. */
    void movedTo(int now) {
        port = now;
    }

    int inFlight() {
        return inFlight.get();
    }

    void begin() {
        inFlight.incrementAndGet();
    }

    void end() {
        inFlight.decrementAndGet();
    }

    /** It could not be connected to: others are preferred for a moment. */
    void shun(long nowNanos) {
        shunnedUntil = nowNanos + SHUNNED_NANOS;
    }

    boolean shunned(long nowNanos) {
        return shunnedUntil != Long.MIN_VALUE && nowNanos - shunnedUntil < 0;
    }
}
