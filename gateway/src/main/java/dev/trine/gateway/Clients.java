package dev.trine.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How much each client has going on, on all event loops together. For any number of threads. */
final class Clients {

    /** The part of an IPv6 address that one customer of a network gets whole (RFC 6177). */
    private static final int SITE_BYTES = 8;

    private final ConcurrentHashMap<String, Client> known = new ConcurrentHashMap<>();

    /** An address, or of IPv6 the first half of one. */
    static final class Client {

        private final String name;
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger bodies = new AtomicInteger();

        private Client(String name) {
            this.name = name;
        }

        int connections() {
            return connections.get();
        }

        /** Requests that have no answer yet. */
        AtomicInteger requests() {
            return requests;
        }

        /** Bodies that have not come whole yet. */
        AtomicInteger bodies() {
            return bodies;
        }
    }

    /** @param address a literal; null where it is not known */
    Client connected(@Nullable String address) {
        return known.compute(nameOf(address), (name, before) -> {
            Client client = before == null ? new Client(name) : before;
            client.connections.incrementAndGet();
            return client;
        });
    }

    void left(Client client) {
        known.computeIfPresent(client.name, (name, same) -> same.connections.decrementAndGet() == 0 ? null : same);
    }

    /** How many have a connection. */
    int count() {
        return known.size();
    }

    static String nameOf(@Nullable String address) {
        if (address == null || address.indexOf(':') < 0) {
            return String.valueOf(address);
        }
        try {
            InetAddress literal = InetAddress.getByName(address);
            return literal instanceof Inet6Address
                    ? HexFormat.of().formatHex(literal.getAddress(), 0, SITE_BYTES)
                    : literal.getHostAddress();
        } catch (UnknownHostException noLiteral) {
            return address;
        }
    }
}
