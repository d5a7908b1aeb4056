package dev.trine.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
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
 */
public record GatewayOptions(
        String host,
        int port,
        URI controlPlane,
        String internalToken,
        @Nullable Path stateFile,
        @Nullable Path webRoot) {

    private static final String WRONG_URL = "the control plane's address (TRINE_CONTROL_PLANE_URL) must be"
            + " http://host[:port], without TLS, user or path, not '%s'";
    private static final int HTTP_PORT = 80;
    private static final int LAST_PORT = 65_535;

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
     * TRINE_INTERNAL_TOKEN}, {@code TRINE_GATEWAY_STATE_FILE} and {@code TRINE_WEB_ROOT}.
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
                path(environment.get("TRINE_WEB_ROOT")));
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
