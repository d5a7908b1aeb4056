package dev.trine.shared;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Redis in {@code /health}; its absence slows the platform down but does not stop it. */
@Component("redis")
class RedisHealth implements HealthIndicator {

    private final RedisWakeups wakeups;

    RedisHealth(RedisWakeups wakeups) {
        this.wakeups = wakeups;
    }

    @Override
    public Health health() {
        return wakeups.healthy()
                ? Health.up().build()
                : Health.unknown().withDetail("redis", "away").build();
    }
}
