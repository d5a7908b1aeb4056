package dev.trine.executor.local;

import java.net.ProtocolException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks of a proxy (RFC 9110, section 7; RFC 9112, section 3.2).
 *
 * @param host name or literal address to go to
 * @param port there
 * @param forwarded the head that the server there gets; empty for a tunnel
 */
record ProxyRequest(String host, int port, String forwarded) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST = Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7E]+) (HTTP/1\\.[01])");
    private static final Pattern HEADER = Pattern.compile("(" + TOKEN + "):([^\\x00-\\x08\\x0A-\\x1F\\x7F]*)");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<name>[0-9A-Za-z._-]+))(?::(?<port>[0-9]*))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:http)://([^/?#]*)([/?][^#]*)?");
    private static final int HIGHEST_PORT = 65_535;
    private static final int HTTP = 80;

    /** What is between a client and its proxy alone (RFC 9110, section 7.6.1), and {@code Host}, which is told anew. */
    private static final Set<String> NOT_FORWARDED =
            Set.of("connection", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "upgrade");

    /**
     * Reads a head.
     *
     * @param head its lines, each with its end, without the empty one
     * @throws ProtocolException what is wrong with it
     */
    static ProxyRequest parse(String head) throws ProtocolException {
        List<String> lines = List.of(head.split("\r\n", -1));
        Matcher request = REQUEST.matcher(lines.getFirst());
        if (!request.matches()) {
            throw new ProtocolException("the first line is not that of an HTTP/1.1 request");
        }
        String method = request.group(1);
        String target = request.group(2);
        List<String> headers = endToEnd(lines.subList(1, lines.size()));
        if (method.equals("CONNECT")) {
            return to(target, -1, "");
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()) {
            throw new ProtocolException("ask a proxy for http://host/… or with CONNECT host:port");
        }
        String authority = absolute.group(1);
        String path = absolute.group(2) == null ? "/" : absolute.group(2);
        var forwarded = new StringBuilder()
                .append("%s %s %s\r\n".formatted(method, path.startsWith("?") ? "/" + path : path, request.group(3)))
                .append("Host: %s\r\nConnection: close\r\n".formatted(authority));
        headers.forEach(line -> forwarded.append(line).append("\r\n"));
        return to(authority, HTTP, forwarded.append("\r\n").toString());
    }

    /** Whether bytes are passed on as they are, from here on. */
    boolean tunnel() {
        return forwarded.isEmpty();
    }

    /** @param usually the port where none is named; negative where one must be */
    private static ProxyRequest to(String authority, int usually, String forwarded) throws ProtocolException {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            throw new ProtocolException("'%s' is not host:port".formatted(authority));
        }
        String named = matcher.group("port");
        int port = named == null || named.isEmpty() ? usually : port(named);
        if (port <= 0 || port > HIGHEST_PORT) {
            throw new ProtocolException("'%s' has no port from 1 to %d".formatted(authority, HIGHEST_PORT));
        }
        String literal = matcher.group("v6");
        return new ProxyRequest(literal == null ? matcher.group("name") : literal, port, forwarded);
    }

    private static int port(String digits) {
        return digits.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    /** The headers that are for the server: without those of this connection, and those that {@code Connection} names. */
    private static List<String> endToEnd(List<String> lines) throws ProtocolException {
        var dropped = new HashSet<>(NOT_FORWARDED);
        for (String line : lines) {
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                throw new ProtocolException("a line of the head is not 'Name: value'");
            }
            if (header.group(1).equalsIgnoreCase("connection")) {
                for (String named : header.group(2).split(",", -1)) {
                    dropped.add(named.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        // without them nobody knows where the body ends
        dropped.removeAll(Set.of("content-length", "transfer-encoding"));
        return lines.stream()
                .filter(line ->
                        !dropped.contains(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)))
                .toList();
    }
}
