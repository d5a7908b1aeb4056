package dev.trine.gateway;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway is set up.
 *
 * @param port 0 for any free one
 * @param controlPlane where {@code /api} goes and the routing comes from
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

    /**
     * Reads {@code TRINE_GATEWAY_HOST}, {@code TRINE_GATEWAY_PORT}, {@code TRINE_CONTROL_PLANE_URL}, {@code
     * TRINE_INTERNAL_TOKEN}, {@code TRINE_GATEWAY_STATE_FILE} and {@code TRINE_WEB_ROOT}.
     *
     * @throws IllegalArgumentException naming the variable that is missing
     */
    public static GatewayOptions fromEnvironment(Map<String, String> environment) {
        String token = environment.get("TRINE_INTERNAL_TOKEN");
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("TRINE_INTERNAL_TOKEN is needed, the same as the control plane's");
        }
        return new GatewayOptions(
                environment.getOrDefault("TRINE_GATEWAY_HOST", "0.0.0.0"),
                Integer.parseInt(environment.getOrDefault("TRINE_GATEWAY_PORT", "8080")),
                URI.create(environment.getOrDefault("TRINE_CONTROL_PLANE_URL", "http://127.0.0.1:8081")),
                token,
                path(environment.get("TRINE_GATEWAY_STATE_FILE")),
                path(environment.get("TRINE_WEB_ROOT")));
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null || text.isBlank() ? null : Path.of(text);
    }
}
