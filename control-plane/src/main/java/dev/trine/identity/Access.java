package dev.trine.identity;

import dev.trine.identity.OrganizationStore.Reachable;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The one policy: who somebody is, and whether they may. */
@Component
class Access {

    /** What a caller means that names no project. */
    static final String DEFAULT_PROJECT = "default";

    private static final UUID NONE = new UUID(0, 0);

    private final Tokens tokens;
    private final RecentAccess recent;
    private final Accounts accounts;
    private final LiveWorkloads workloads;
    private final Clock clock;

    Access(Tokens tokens, RecentAccess recent, Accounts accounts, LiveWorkloads workloads, Clock clock) {
        this.tokens = tokens;
        this.recent = recent;
        this.accounts = accounts;
        this.workloads = workloads;
        this.clock = clock;
    }

    /**
     * Reads an {@code Authorization} header: a bearer access token or API key, or basic with a user's e-mail and password or any
     * name and an API key.
     *
     * @throws TrineException {@code UNAUTHENTICATED}, {@code TOKEN_EXPIRED}, {@code INVALID_CREDENTIALS}
     */
    Caller identify(@Nullable String authorization) {
        if (authorization == null) {
            throw new TrineException(ErrorCode.UNAUTHENTICATED, "send an access token or an API key");
        }
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return bearer(authorization.substring(7).strip());
        }
        if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return basic(authorization.substring(6).strip());
        }
        throw new TrineException(ErrorCode.UNAUTHENTICATED, "the Authorization header must begin with Bearer or Basic");
    }

    private Caller bearer(String token) {
        if (token.startsWith("trine_")) {
            return key(token);
        }
        Tokens.Verified verified = tokens.verify(token);
        String workload = verified.workload();
        String attempt = verified.attempt();
        if (workload != null && (attempt == null || !workloads.isLive(workload, attempt))) {
            throw new TrineException(
                    ErrorCode.TOKEN_EXPIRED, "the attempt at a workload that the token was made for has ended");
        }
        return new Caller(verified.user(), null, verified.scopes(), verified.project());
    }

    private Caller basic(String encoded) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw new TrineException(ErrorCode.UNAUTHENTICATED, "the Authorization header is not Base64");
        }
        int colon = pair.indexOf(':');
        String name = colon < 0 ? pair : pair.substring(0, colon);
        String password = colon < 0 ? "" : pair.substring(colon + 1);
        if (password.startsWith("trine_")) {
            return key(password);
        }
        return new Caller(accounts.authenticate(name, password).id(), null, null, null);
    }

    private Caller key(String wholeKey) {
        ApiKeyStore.Kept kept = Secrets.keyId(wholeKey)
                .flatMap(recent::key)
                .filter(candidate -> Secrets.same(candidate.sha256(), Secrets.sha256(wholeKey)))
                .orElseThrow(() -> new TrineException(ErrorCode.UNAUTHENTICATED, "the API key is not in force"));
        Instant expires = kept.key().expiresAt();
        if (expires != null && !clock.instant().isBefore(expires)) {
            throw new TrineException(ErrorCode.TOKEN_EXPIRED, "the API key has expired");
        }
        var scopes = kept.key().scopes().contains("*")
                ? null
                : kept.key().scopes().stream()
                        .flatMap(scope -> Permission.ofScope(scope).stream())
                        .collect(Collectors.toSet());
        return new Caller(kept.user(), kept.key().id(), scopes, kept.key().projectId());
    }

    /**
     * Decides whether the caller may do something in a project.
     *
     * @param named slug or id that the request names; null for the credential's own project, else {@code default}
     * @param anyOf what they need, one of several that go with the same role
     * @throws TrineException {@code NOT_FOUND} for a missing and for a foreign project alike, {@code PERMISSION_DENIED}
     */
    ProjectScope scope(Caller caller, @Nullable String named, Permission... anyOf) {
        ProjectId bound = caller.boundTo();
        String asked = named != null ? named : bound != null ? bound.toString() : DEFAULT_PROJECT;
        Reachable reachable = recent.reach(caller.userId(), asked, projectId(asked))
                .filter(found -> caller.reaches(found.project().id()))
                .orElseThrow(() -> TrineException.notFound("project", asked));
        caller.require(anyOf);
        Permission permission = anyOf[0];
        if (!reachable.role().atLeast(permission.least())) {
            throw new TrineException(
                    ErrorCode.PERMISSION_DENIED,
                    "'%s' needs the role %s; yours is %s"
                            .formatted(permission.scope(), permission.least(), reachable.role()));
        }
        Project project = reachable.project();
        return new ProjectScope(project.id(), project.organizationId(), project.slug(), caller);
    }

    private static UUID projectId(String text) {
        try {
            return ProjectId.of(text).value();
        } catch (TrineException isSlug) {
            return NONE;
        }
    }
}
