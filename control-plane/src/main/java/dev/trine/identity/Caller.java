package dev.trine.identity;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param userId the user, also behind an API key
 * @param apiKeyId the key they used; null for an access token
 * @param scopes what the key is limited to; null for all that the user's roles allow
 */
public record Caller(
        UserId userId,
        @Nullable ApiKeyId apiKeyId,
        @Nullable Set<Permission> scopes) {
    public Caller {
        scopes = scopes == null ? null : Set.copyOf(scopes);
    }

    /** Whether the caller may give this scope ({@code *} for all) to a new key: never more than they have. */
    boolean mayGrant(String scope) {
        return scopes == null || Permission.ofScope(scope).map(scopes::contains).orElse(false);
    }

    /** Whether the key's scopes, if any, contain it. Roles are checked apart. */
    public boolean scopeAllows(Permission permission) {
        return scopes == null || scopes.contains(permission);
    }
}
