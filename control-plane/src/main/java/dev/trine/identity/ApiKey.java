package dev.trine.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key for programs.
 *
 * @param prefix how the key begins, so that people recognise it
 * @param projectId the only project it is good for; null for every project of the organization
 * @param secret the whole key, only in the answer that made it
 */
public record ApiKey(
        ApiKeyId id,
        String name,
        String prefix,
        OrganizationId organizationId,
        @Nullable ProjectId projectId,
        List<String> scopes,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable String secret) {
    public ApiKey {
        scopes = List.copyOf(scopes);
    }
}
