package dev.trine.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway is set up.
 *
 * @param port 0 for any free one
 * @param controlPlane where {@code /api} goes and the routing comes from: {@code http://host[:port]}, 80 if no port is named. The
 *     way there is a private one; TLS is not spoken
 * @param internalToken proves to the control plane that this is a gateway
 * @param stateFile the last good routing is kept here, to start from when the control plane is away; null to keep none
 * @param webRoot the built web UI; null for none
 * @param limits what one client may have going on, and how long it may take
 */
public record GatewayOptions(
        String host,
        int port,
        URI controlPlane,
        String internalToken,
        @Nullable Path stateFile,
        @Nullable Path webRoot,
        Limits limits) {

    private static final String WRONG_URL = "the control plane's address (TRINE_CONTROL_PLANE_URL) must be"
            + " http://host[:port], without TLS, user or path, not '%s'";
    private static final int HTTP_PORT = 80;
    private static final int LAST_PORT = 65_535;

    /**
     * What one client address may have going on at a time (of IPv6, what shares its first 64 bits), and how long it may take.
     * What is over a bound is refused with 429 {@code RATE_LIMITED}. A proxy in front is one address: raise them there.
     *
     * @param clientConnections connections
     * @param clientRequests requests that have no answer yet
     * @param clientBodies bodies that have not come whole yet
     * @param bodyTimeout how long a body that is waited for may make no progress: then 408 {@code REQUEST_TIMEOUT}
     * @param idleTimeout how long a connection may be without a request: then it ends
     */
    public record Limits(
            int clientConnections, int clientRequests, int clientBodies, Duration bodyTimeout, Duration idleTimeout) {

        public static final Limits DEFAULT =
                new Limits(4_096, 1_024, 512, Duration.ofSeconds(30), Duration.ofSeconds(60));

        /** @throws IllegalArgumentException if one is not positive */
        public Limits {
            if (clientConnections < 1
                    || clientRequests < 1
                    || clientBodies < 1
                    || !bodyTimeout.isPositive()
                    || !idleTimeout.isPositive()) {
                throw new IllegalArgumentException("the gateway's limits (TRINE_GATEWAY_CLIENT_CONNECTIONS,"
                        + " TRINE_GATEWAY_CLIENT_REQUESTS, TRINE_GATEWAY_CLIENT_BODIES, TRINE_GATEWAY_BODY_TIMEOUT and"
                        + " TRINE_GATEWAY_IDLE_TIMEOUT) must be 1 or more");
            }
        }
    }

    /** With {@link Limits#DEFAULT}. */
    public GatewayOptions(
            String host,
            int port,
            URI controlPlane,
            String internalToken,
            @Nullable Path stateFile,
            @Nullable Path webRoot) {
        this(host, port, controlPlane, internalToken, stateFile, webRoot, Limits.DEFAULT);
    }

    /** @throws IllegalArgumentException saying which value cannot be used, and what would be right */
    public GatewayOptions {
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("the gateway's port must be 0 to %d, not %d".formatted(LAST_PORT, port));
        }
        controlPlane = withPort(controlPlane);
    }

    private static URI withPort(URI url) {
        String rest = url.getRawPath();
        boolean bare = (rest == null || rest.isEmpty() || rest.equals("/"))
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getRawUserInfo() == null;
        if (!"http".equalsIgnoreCase(url.getScheme()) || url.getHost() == null || !bare || url.getPort() > LAST_PORT) {
            throw new IllegalArgumentException(WRONG_URL.formatted(url));
        }
        int port = url.getPort() == -1 ? HTTP_PORT : url.getPort();
        return URI.create("http://" + url.getHost() + ":" + port);
    }

    /**
     * Reads {@code TRINE_GATEWAY_HOST}, {@code TRINE_GATEWAY_PORT}, {@code TRINE_CONTROL_PLANE_URL}, {@code
     * TRINE_INTERNAL_TOKEN}, {@code TRINE_GATEWAY_STATE_FILE}, {@code TRINE_WEB_ROOT}, and of {@link Limits} {@code
     * TRINE_GATEWAY_CLIENT_CONNECTIONS}, {@code TRINE_GATEWAY_CLIENT_REQUESTS}, {@code TRINE_GATEWAY_CLIENT_BODIES}, {@code
     * TRINE_GATEWAY_BODY_TIMEOUT} and {@code TRINE_GATEWAY_IDLE_TIMEOUT} (both in seconds).
     *
     * @throws IllegalArgumentException naming the variable that is missing or cannot be used
     */
    public static GatewayOptions fromEnvironment(Map<String, String> environment) {
        String token = environment.get("TRINE_INTERNAL_TOKEN");
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("TRINE_INTERNAL_TOKEN is needed, the same as the control plane's");
        }
        return new GatewayOptions(
                environment.getOrDefault("TRINE_GATEWAY_HOST", "0.0.0.0"),
                port(environment.getOrDefault("TRINE_GATEWAY_PORT", "8080")),
                url(environment.getOrDefault("TRINE_CONTROL_PLANE_URL", "http://127.0.0.1:8081")),
                token,
                path(environment.get("TRINE_GATEWAY_STATE_FILE")),
                path(environment.get("TRINE_WEB_ROOT")),
                limits(environment));
    }

    private static Limits limits(Map<String, String> environment) {
        Limits byDefault = Limits.DEFAULT;
        return new Limits(
                number(environment, "TRINE_GATEWAY_CLIENT_CONNECTIONS", byDefault.clientConnections()),
                number(environment, "TRINE_GATEWAY_CLIENT_REQUESTS", byDefault.clientRequests()),
                number(environment, "TRINE_GATEWAY_CLIENT_BODIES", byDefault.clientBodies()),
                seconds(environment, "TRINE_GATEWAY_BODY_TIMEOUT", byDefault.bodyTimeout()),
                seconds(environment, "TRINE_GATEWAY_IDLE_TIMEOUT", byDefault.idleTimeout()));
    }

    private static Duration seconds(Map<String, String> environment, String name, Duration byDefault) {
        return Duration.ofSeconds(number(environment, name, (int) byDefault.toSeconds()));
    }

    private static int number(Map<String, String> environment, String name, int byDefault) {
        String text = environment.get(name);
        if (text == null || text.isBlank()) {
            return byDefault;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s must be a whole number, not '%s'".formatted(name, text), e);
        }
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("TRINE_GATEWAY_PORT must be a port, not '%s'".formatted(text), e);
        }
    }

    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(WRONG_URL.formatted(text), e);
        }
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null || text.isBlank() ? null : Path.of(text);
    }
}
