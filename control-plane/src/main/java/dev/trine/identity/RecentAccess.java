package dev.trine.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.identity.ApiKeyStore.Kept;
import dev.trine.identity.OrganizationStore.Reachable;
import dev.trine.shared.Wakeups;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * What the database said within the last second of keys, and of users and projects: a client that logs every step asks for the same
 * some hundred times a second. Whatever changes keys or projects clears it, in this copy at once, in the others as soon as they hear
 * of it; where they do not, that second bounds how long what was taken away is still good. What is refused is not remembered, so that
 * what was just made is good at once.
 */
@Component
class RecentAccess implements AutoCloseable {

    static final Duration KEPT = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final ApiKeyStore keys;
    private final OrganizationStore organizations;
    private final Cache<ApiKeyId, Kept> keysInForce = cache();
    private final Cache<Asked, Reachable> reachable = cache();
    /** How often something has changed: what was asked for before a change and answered after it may be old. */
    private final AtomicLong generation = new AtomicLong();

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
        return recent(keysInForce, id, () -> keys.inForce(id));
    }

    /** A project by slug or id, if the user reaches it. */
    Optional<Reachable> reach(UserId user, String slug, UUID id) {
        return recent(reachable, new Asked(user, slug, id), () -> organizations.reach(user, slug, id));
    }

    private <K, V> Optional<V> recent(Cache<K, V> cache, K asked, Supplier<Optional<V>> database) {
        V known = cache.getIfPresent(asked);
        if (known != null) {
            return Optional.of(known);
        }
        long before = generation.get();
        Optional<V> found = database.get();
        found.ifPresent(value -> {
            cache.put(asked, value);
            if (generation.get() != before) {
                cache.invalidate(asked);
            }
        });
        return found;
    }

    private void clear() {
        generation.incrementAndGet();
        keysInForce.invalidateAll();
        reachable.invalidateAll();
    }

    @Override
    public void close() {
        changes.close();
    }
}
