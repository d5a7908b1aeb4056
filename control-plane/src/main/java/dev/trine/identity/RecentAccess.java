package dev.trine.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.identity.ApiKeyStore.Kept;
import dev.trine.identity.OrganizationStore.Reachable;
import dev.trine.shared.Wakeups;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * What the database said within the last second of keys, and of users and projects: a client that logs every step asks for the same
 * some hundred times a second. Whatever changes keys or projects clears it, in this copy at once, in the others as soon as they hear
 * of it; where they do not, that second bounds how long what was taken away is still good. What is refused is not remembered, so that
 * what was just made is good at once.
 */
@Component
class RecentAccess {

    static final Duration KEPT = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final ApiKeyStore keys;
    private final OrganizationStore organizations;
    private final Cache<ApiKeyId, Kept> keysInForce = cache();
    private final Cache<Asked, Reachable> reachable = cache();
    private final Wakeups.Subscription changes;

    RecentAccess(ApiKeyStore keys, OrganizationStore organizations, Wakeups wakeups) {
        this.keys = keys;
        this.organizations = organizations;
        this.changes = wakeups.subscribe(Keys.TOPIC, this::clear);
    }

    private record Asked(UserId user, String slug, UUID id) {}

    private static <K, V> Cache<K, V> cache() {
        return Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(MOST).build();
    }

    /** The key, if it is in force. */
    Optional<Kept> key(ApiKeyId id) {
        Kept known = keysInForce.getIfPresent(id);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Kept> found = keys.inForce(id);
        found.ifPresent(kept -> keysInForce.put(id, kept));
        return found;
    }

    /** A project by slug or id, if the user reaches it. */
    Optional<Reachable> reach(UserId user, String slug, UUID id) {
        var asked = new Asked(user, slug, id);
        Reachable known = reachable.getIfPresent(asked);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Reachable> found = organizations.reach(user, slug, id);
        found.ifPresent(project -> reachable.put(asked, project));
        return found;
    }

    private void clear() {
        keysInForce.invalidateAll();
        reachable.invalidateAll();
    }

    @PreDestroy
    void close() {
        changes.close();
    }
}
