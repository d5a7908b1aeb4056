package dev.trine.identity;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param userId the user, also behind an API key
 * @param apiKeyId the key they used; null for an access token
 * @param scopes what the credential is limited to; null for all that the user's roles allow
 * @param boundTo the only project the credential is good for; null for every project of the user's
 */
public record Caller(
        UserId userId,
        @Nullable ApiKeyId apiKeyId,
        @Nullable Set<Permission> scopes,
        @Nullable ProjectId boundTo) {
    public Caller {
        scopes = scopes == null ? null : Set.copyOf(scopes);
    }

    /** Whether the caller may give this scope ({@code *} for all) to a new key: never more than they have. */
    boolean mayGrant(String scope) {
        return scopes == null || Permission.ofScope(scope).map(scopes::contains).orElse(false);
    }

    /** Whether the credential is good for a project, as far as it goes. Memberships are checked apart. */
    boolean reaches(ProjectId project) {
        return boundTo == null || boundTo.equals(project);
    }

    /** Whether the key's scopes, if any, contain it. Roles are checked apart. */
    public boolean scopeAllows(Permission permission) {
        return scopes == null || scopes.contains(permission);
    }

    /**
     * Demands one of these scopes. Roles are checked apart.
     *
     * @throws TrineException {@code PERMISSION_DENIED} when the caller's key has none of them
     */
    public void require(Permission... anyOf) {
        if (Arrays.stream(anyOf).noneMatch(this::scopeAllows)) {
            String wanted = Arrays.stream(anyOf)
                    .map(permission -> "'" + permission.scope() + "'")
                    .collect(Collectors.joining(" or "));
            throw new TrineException(
                    ErrorCode.PERMISSION_DENIED,
                    "this needs the scope %s, which the key does not have".formatted(wanted));
        }
    }
}
