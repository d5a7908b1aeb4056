package dev.trine.lib.routing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's whole knowledge, swapped atomically and kept on disk. A gateway that holds one can verify keys and serve
 * inference with the control plane away.
 *
 * @param version grows with every change
 * @param generatedAt when the control plane made it
 * @param services inference services and their ready replicas
 * @param projects project slug to project
 * @param apiKeys keys that may invoke
 * @param jwks JSON Web Key Set (RFC 7517) that verifies access tokens
 */
public record GatewayConfig(
        long version,
        Instant generatedAt,
        List<Service> services,
        Map<String, Project> projects,
        List<ApiKey> apiKeys,
        String jwks) {

    public GatewayConfig {
        services = List.copyOf(services);
        projects = Map.copyOf(projects);
        apiKeys = List.copyOf(apiKeys);
    }

    /**
     * An inference service, served at {@code /serve/<project>/<name>/…}.
     *
     * @param project the slug of its project
     */
    public record Service(String id, String project, String name, List<Replica> replicas) {
        public Service {
            replicas = List.copyOf(replicas);
        }
    }

    /** A ready replica, which speaks HTTP there. */
    public record Replica(String id, String host, int port) {}

    /** A project and the organization that owns it. */
    public record Project(String id, String organizationId) {}

    /**
     * An API key as the gateway knows it: never the secret, only its SHA-256.
     *
     * @param id the key's public part
     * @param sha256 lower-case hex of the SHA-256 of the whole key
     * @param projectId the only project it is good for; null for every project of its organization
     * @param scopes what it may do, e.g. {@code inference:invoke}
     * @param expiresAt null for never
     */
    public record ApiKey(
            String id,
            String sha256,
            String organizationId,
            @Nullable String projectId,
            List<String> scopes,
            @Nullable Instant expiresAt) {
        public ApiKey {
            scopes = List.copyOf(scopes);
        }
    }
}
