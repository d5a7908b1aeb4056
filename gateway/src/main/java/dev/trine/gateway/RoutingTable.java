package dev.trine.gateway;

import com.nimbusds.jose.jwk.JWKSet;
import dev.trine.lib.routing.GatewayConfig;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A {@link GatewayConfig} made ready for look-ups; never changed, swapped as a whole. */
final class RoutingTable {

    private final Map<String, Map<String, Service>> services;
    private final Map<String, GatewayConfig.ApiKey> keys;
    private final Map<String, GatewayConfig.Project> projects;
    private final JWKSet jwks;

    /** A service and where it runs. */
    record Service(String id, List<Upstream> replicas) {

        /**
         * The less busy of two replicas drawn at random ("power of two choices", Mitzenmacher 2001), passing over those that were
         * just found dead.
         *
         * @param besides one that has been tried
         */
        @Nullable
        Upstream pick(RandomGenerator random, long nowNanos, @Nullable Upstream besides) {
            List<Upstream> candidates = replicas.stream()
                    .filter(replica -> replica != besides && !replica.shunned(nowNanos))
                    .toList();
            if (candidates.isEmpty()) {
                candidates =
                        replicas.stream().filter(replica -> replica != besides).toList();
            }
            if (candidates.isEmpty()) {
                return null;
            }
            Upstream one = candidates.get(random.nextInt(candidates.size()));
            Upstream other = candidates.get(random.nextInt(candidates.size()));
            return other.inFlight() < one.inFlight() ? other : one;
        }
    }

    private RoutingTable(
            Map<String, Map<String, Service>> services,
            Map<String, GatewayConfig.ApiKey> keys,
            Map<String, GatewayConfig.Project> projects,
            JWKSet jwks) {
        this.services = services;
        this.keys = keys;
        this.projects = projects;
        this.jwks = jwks;
    }

    /**
     * Builds a table; replicas that {@code before} knew keep what was seen of them.
     *
     * @throws IllegalArgumentException if the keys in it cannot be read
     */
    static RoutingTable of(GatewayConfig config, @Nullable RoutingTable before) {
        Map<String, Upstream> known = new HashMap<>();
        if (before != null) {
            before.services
                    .values()
                    .forEach(project -> project.values()
                            .forEach(service -> service.replicas()
                                    .forEach(replica -> known.put(replica.host() + ":" + replica.port(), replica))));
        }
        var services = new HashMap<String, Map<String, Service>>();
        for (GatewayConfig.Service service : config.services()) {
            var replicas = new ArrayList<Upstream>();
            for (GatewayConfig.Replica replica : service.replicas()) {
                replicas.add(known.computeIfAbsent(
                        replica.host() + ":" + replica.port(),
                        address -> new Upstream(replica.host(), replica.port())));
            }
            services.computeIfAbsent(service.project(), slug -> new HashMap<>())
                    .put(service.name(), new Service(service.id(), List.copyOf(replicas)));
        }
        var keys = new HashMap<String, GatewayConfig.ApiKey>();
        config.apiKeys().forEach(key -> keys.put(key.sha256(), key));
        try {
            return new RoutingTable(services, keys, config.projects(), JWKSet.parse(config.jwks()));
        } catch (ParseException e) {
            throw new IllegalArgumentException("the routing's key set cannot be read", e);
        }
    }

    @Nullable
    Service service(String project, String name) {
        Map<String, Service> ofProject = services.get(project);
        return ofProject == null ? null : ofProject.get(name);
    }

    GatewayConfig.@Nullable Project project(String slug) {
        return projects.get(slug);
    }

    /** A key by the SHA-256 of the whole key, so that nothing secret is compared byte by byte. */
    GatewayConfig.@Nullable ApiKey key(String sha256) {
        return keys.get(sha256);
    }

    JWKSet jwks() {
        return jwks;
    }
}
