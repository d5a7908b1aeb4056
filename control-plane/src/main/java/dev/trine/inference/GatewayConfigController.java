package dev.trine.inference;

import dev.trine.identity.Internal;
import dev.trine.identity.Keys;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.shared.DatabaseFault;
import dev.trine.shared.EventStream;
import dev.trine.shared.Json;
import dev.trine.shared.RedisState;
import dev.trine.shared.Wakeups;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** A database that takes longer counts as away. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ReplicaStore replicas;
    private final Keys keys;
    private final Wakeups wakeups;
    private final RedisState redis;
    private final Clock clock;

    GatewayConfigController(ReplicaStore replicas, Keys keys, Wakeups wakeups, RedisState redis, Clock clock) {
        this.replicas = replicas;
        this.keys = keys;
        this.wakeups = wakeups;
        this.redis = redis;
        this.clock = clock;
    }

    /** What is compared to see whether anything changed. */
    private record Content(
            List<GatewayConfig.Service> services,
            Map<String, GatewayConfig.Project> projects,
            List<GatewayConfig.ApiKey> apiKeys,
            String jwks) {}

    /** Which engines answer; told when it changes, for {@code /health/ready}. */
    private record Engines(boolean database, boolean redis) {}

    @GetMapping("/internal/gateway/config")
    @Internal
    void stream(HttpServletResponse response) throws IOException {
        @Nullable Content sent = null;
        @Nullable CompletableFuture<Content> looking = null;
        @Nullable Engines told = null;
        try (EventStream stream = EventStream.open(response);
                var _ = wakeups.subscribe(Keys.TOPIC, stream::wake)) {
            while (true) {
                if (looking == null) {
                    looking = CompletableFuture.supplyAsync(this::content, Thread::startVirtualThread);
                }
                Content now = answer(looking);
                looking = looking.isDone() ? null : looking;
                Instant at = clock.instant();
                String version = String.valueOf(at.toEpochMilli());
                var engines = new Engines(now != null, redis.answers());
                if (!engines.equals(told)) {
                    told = engines;
                    stream.send(version, "engines", Json.write(engines));
                }
                if (now != null && !now.equals(sent)) {
                    sent = now;
                    var config = new GatewayConfig(
                            at.toEpochMilli(), at, now.services(), now.projects(), now.apiKeys(), now.jwks());
                    stream.send(version, "config", Json.write(config));
                }
                stream.await(LOOK_AGAIN);
            }
        }
    }

    private Content content() {
        return new Content(replicas.routes(), keys.projects(), keys.inForce(), keys.jwks());
    }

    /** What there is to tell; null while the database does not answer, when the gateways go on with what they know. */
    private static @Nullable Content answer(CompletableFuture<Content> looking) throws IOException {
        try {
            return looking.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            return null;
        } catch (ExecutionException e) {
            if (DatabaseFault.isBehind(e)) {
                return null;
            }
            throw new IOException("cannot tell the routing", e);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("stopping", stopping);
        }
    }
}
