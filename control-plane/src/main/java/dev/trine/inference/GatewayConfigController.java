package dev.trine.inference;

import dev.trine.identity.Keys;
import dev.trine.identity.Public;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.shared.EventStream;
import dev.trine.shared.Json;
import dev.trine.shared.Wakeups;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells gateways all they must know, whole, whenever it changes. Open to holders of the internal token only, and never routed
 * from outside.
 */
@Hidden
@RestController
class GatewayConfigController {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ReplicaStore replicas;
    private final Keys keys;
    private final Wakeups wakeups;
    private final Clock clock;

    GatewayConfigController(ReplicaStore replicas, Keys keys, Wakeups wakeups, Clock clock) {
        this.replicas = replicas;
        this.keys = keys;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** What is compared to see whether anything changed. */
    private record Content(
            List<GatewayConfig.Service> services,
            Map<String, GatewayConfig.Project> projects,
            List<GatewayConfig.ApiKey> apiKeys,
            String jwks) {}

    @GetMapping("/internal/gateway/config")
    @Public("gateways prove themselves with the internal token")
    void stream(HttpServletResponse response) throws IOException {
        @Nullable Content sent = null;
        try (EventStream stream = EventStream.open(response);
                var _ = wakeups.subscribe(Deployments.GATEWAY_TOPIC, stream::wake)) {
            while (true) {
                var now = new Content(replicas.routes(), keys.projects(), keys.inForce(), keys.jwks());
                if (!now.equals(sent)) {
                    sent = now;
                    Instant at = clock.instant();
                    long version = at.toEpochMilli();
                    var config = new GatewayConfig(
                            version, at, List.of(), now.services(), now.projects(), now.apiKeys(), now.jwks());
                    stream.send(String.valueOf(version), "config", Json.write(config));
                }
                stream.await(LOOK_AGAIN);
            }
        }
    }
}
