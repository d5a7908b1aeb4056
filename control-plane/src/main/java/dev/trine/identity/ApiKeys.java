package dev.trine.identity;

import dev.trine.identity.ApiKeyStore.Kept;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import dev.trine.shared.Wakeups;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Keys for programs. */
@Service
class ApiKeys implements Keys {

    private static final String ALL = "*";

    private final ApiKeyStore store;
    private final OrganizationStore organizations;
    private final Tokens tokens;
    private final Audit audit;
    private final Wakeups wakeups;
    private final IdSource ids;
    private final RandomGenerator random;
    private final Clock clock;

    ApiKeys(
            ApiKeyStore store,
            OrganizationStore organizations,
            Tokens tokens,
            Audit audit,
            Wakeups wakeups,
            IdSource ids,
            RandomGenerator random,
            Clock clock) {
        this.store = store;
        this.organizations = organizations;
        this.tokens = tokens;
        this.audit = audit;
        this.wakeups = wakeups;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /** A new key for the scope's project; its secret is in this answer and nowhere else. */
    @Transactional
    ApiKey create(ProjectScope scope, String name, List<String> scopes, @Nullable Instant expiresAt) {
        var found = new ArrayList<Violation>();
        if (name.isBlank() || name.length() > 200) {
            found.add(new Violation("name", "must have 1 to 200 characters"));
        }
        if (scopes.isEmpty()) {
            found.add(new Violation("scopes", "name at least one"));
        }
        for (String asked : scopes) {
            if (!asked.equals(ALL) && Permission.ofScope(asked).isEmpty()) {
                found.add(new Violation("scopes", "'%s' is not a scope".formatted(asked)));
            } else if (!scope.caller().mayGrant(asked)) {
                found.add(new Violation("scopes", "'%s' is more than your own key has".formatted(asked)));
            }
        }
        Instant latest = endOf(scope.caller());
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            found.add(new Violation("expiresAt", "%s is in the past".formatted(expiresAt)));
        } else if (expiresAt != null && latest != null && expiresAt.isAfter(latest)) {
            found.add(new Violation("expiresAt", "%s is after your own key's end, %s".formatted(expiresAt, latest)));
        }
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
        var id = new ApiKeyId(ids.next());
        String secret = Secrets.keyPrefix(id) + Secrets.random(random);
        var key = new ApiKey(
                id,
                name,
                Secrets.keyPrefix(id),
                scope.organizationId(),
                scope.projectId(),
                scopes,
                clock.instant(),
                expiresAt == null ? latest : expiresAt,
                secret);
        store.insert(key, scope.caller().userId(), Secrets.sha256(secret));
        audit.record(scope, "key.create", id.toString(), Map.of("name", name));
        wakeups.publish(Keys.TOPIC);
        return key;
    }

    /** When the key that asks ends; null for never, and for whoever asks with another credential. */
    private @Nullable Instant endOf(Caller caller) {
        return Optional.ofNullable(caller.apiKeyId())
                .flatMap(store::inForce)
                .map(kept -> kept.key().expiresAt())
                .orElse(null);
    }

    Page<ApiKey> list(ProjectScope scope, PageRequest page) {
        List<ApiKey> keys = store.of(scope.caller().userId(), scope.projectId(), page).stream()
                .map(Kept::key)
                .toList();
        return Page.of(keys, page, key -> key.id().value());
    }

    @Transactional
    void revoke(ProjectScope scope, ApiKeyId id) {
        if (!store.revoke(id, scope.caller().userId(), scope.projectId(), clock.instant())) {
            throw TrineException.notFound("API key", id);
        }
        audit.record(scope, "key.revoke", id.toString(), Map.of());
        wakeups.publish(Keys.TOPIC);
    }

    @Override
    public List<GatewayConfig.ApiKey> inForce() {
        return store.allInForce(clock.instant()).stream()
                .map(kept -> {
                    ProjectId project = kept.key().projectId();
                    return new GatewayConfig.ApiKey(
                            kept.key().id().toString(),
                            kept.sha256(),
                            kept.key().organizationId().toString(),
                            project == null ? null : project.toString(),
                            atGateways(kept),
                            kept.key().expiresAt());
                })
                .toList();
    }

    /** A gateway knows no roles: a key whose user may not call services any longer has no scope there. */
    private static List<String> atGateways(Kept kept) {
        return kept.role().atLeast(Permission.INFERENCE_INVOKE.least())
                ? kept.key().scopes()
                : List.of();
    }

    @Override
    public Map<String, GatewayConfig.Project> projects() {
        return organizations.allProjects().stream()
                .collect(Collectors.toMap(
                        Project::slug,
                        project -> new GatewayConfig.Project(
                                project.id().toString(),
                                project.organizationId().toString())));
    }

    @Override
    public String jwks() {
        return tokens.jwks();
    }
}
