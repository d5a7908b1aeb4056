package dev.trine.gateway;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which headers pass, by where a request goes. */
final class Passage {

    /** Headers that are one connection's own affair (RFC 9110, 7.6.1), and those that we set or answer ourselves. */
    private static final Set<String> OWN = Set.of(
            "Connection",
            "Expect",
            "Forwarded",
            "Host",
            "HTTP2-Settings",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "X-Request-Id",
            "X-Trine-Internal");

    static final Passage TO_CONTROL_PLANE = new Passage(List.of(), List.of());

    /**
     * A replica runs a user's model, maybe another user's than the caller: it gets no credential that is good for the platform, and
     * sets no cookie in the platform's name.
     */
    static final Passage TO_REPLICA = new Passage(
            List.of("Authorization", "Cookie", "X-API-Key", "Api-Key", "X-Auth-Token"), List.of("Set-Cookie"));

    private final Set<String> notInRequest;
    private final Set<String> notInAnswer;

    private Passage(List<String> notInRequest, List<String> notInAnswer) {
        this.notInRequest = withOwn(notInRequest);
        this.notInAnswer = withOwn(notInAnswer);
    }

    private static Set<String> withOwn(List<String> names) {
        var all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(OWN);
        all.addAll(names);
        return all;
    }

    void request(MultiMap from, MultiMap to) {
        copy(from, to, notInRequest);
    }

    void answer(MultiMap from, MultiMap to) {
        copy(from, to, notInAnswer);
    }

    private static void copy(MultiMap from, MultiMap to, Set<String> withheld) {
        boolean more = false;
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (!withheld.contains(name)) {
                to.add(name, header.getValue());
            } else if (name.equalsIgnoreCase("Connection")) {
                more |= namesMore(header.getValue());
            }
        }
        if (more) {
            removeNamed(from.getAll("Connection"), to, withheld);
        }
    }

    private static boolean namesMore(String connection) {
        return !connection.equalsIgnoreCase("keep-alive") && !connection.equalsIgnoreCase("close");
    }

    /** Takes away what {@code Connection} says is for this connection alone; not how long the body is, whatever it says. */
    private static void removeNamed(List<String> connection, MultiMap to, Set<String> withheld) {
        for (String line : connection) {
            for (String each : line.split(",", -1)) {
                String name = each.strip();
                if (!withheld.contains(name) && !name.equalsIgnoreCase("Content-Length")) {
                    to.remove(name);
                }
            }
        }
    }
}
