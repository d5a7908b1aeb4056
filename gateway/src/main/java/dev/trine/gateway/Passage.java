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
            "X-Trine-Identity",
            "X-Trine-Internal");

    static final Passage TO_CONTROL_PLANE = new Passage(List.of(), List.of(), false);

    /**
     * A replica runs a user's model, maybe another user's than the caller: it gets no credential that is good for the platform, and
     * sets no cookie in the platform's name. What the platform says of the caller ({@link Identity}) nobody else says: no header of
     * the platform's passes.
     */
    static final Passage TO_REPLICA = new Passage(
            List.of("Authorization", "Cookie", "X-API-Key", "Api-Key", "X-Auth-Token"), List.of("Set-Cookie"), true);

    private static final String PLATFORMS = "x-trine-";

    private final Set<String> notInRequest;
    private final Set<String> notInAnswer;
    private final boolean withoutPlatforms;

    private Passage(List<String> notInRequest, List<String> notInAnswer, boolean withoutPlatforms) {
        this.notInRequest = withOwn(notInRequest);
        this.notInAnswer = withOwn(notInAnswer);
        this.withoutPlatforms = withoutPlatforms;
    }

    private static Set<String> withOwn(List<String> names) {
        var all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(OWN);
        all.addAll(names);
        return all;
    }

    void request(MultiMap from, MultiMap to) {
        copy(from, to, notInRequest, withoutPlatforms);
    }

    void answer(MultiMap from, MultiMap to) {
        copy(from, to, notInAnswer, false);
    }

    private static void copy(MultiMap from, MultiMap to, Set<String> withheld, boolean withoutPlatforms) {
        boolean more = false;
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (!withheld.contains(name)) {
                if (!(withoutPlatforms && isPlatforms(name))) {
                    to.add(name, header.getValue());
                }
            } else if (name.equalsIgnoreCase("Connection")) {
                more |= namesMore(header.getValue());
            }
        }
        if (more) {
            removeNamed(from.getAll("Connection"), to, withheld);
        }
    }

    /** Whether a name is one of the platform's, also to servers that do not tell {@code _} from {@code -} (RFC 3875, 4.1.18). */
    static boolean isPlatforms(String name) {
        if (name.length() < PLATFORMS.length()) {
            return false;
        }
        for (int i = 0; i < PLATFORMS.length(); i++) {
            int c = name.charAt(i) == '_' ? '-' : name.charAt(i) | 0x20;
            if (c != PLATFORMS.charAt(i)) {
                return false;
            }
        }
        return true;
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
