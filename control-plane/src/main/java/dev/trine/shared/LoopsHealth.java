package dev.trine.shared;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** The background loops in {@code /health}: one that hangs does so until this copy is started anew. */
@Component("loops")
class LoopsHealth implements HealthIndicator {

    /** Longer than any pass takes, also one that waits for a database that does not answer. */
    private static final Duration HANGS_AFTER = Duration.ofMinutes(5);

    private final List<BackgroundLoop> loops;

    LoopsHealth(List<BackgroundLoop> loops) {
        this.loops = loops;
    }

    @Override
    public Health health() {
        boolean hangs = loops.stream().anyMatch(loop -> loop.age().compareTo(HANGS_AFTER) > 0);
        Health.Builder health = hangs ? Health.down() : Health.up();
        loops.forEach(loop -> health.withDetail(
                loop.name(), Map.of("ageSeconds", loop.age().toSeconds(), "failures", loop.failures())));
        return health.build();
    }
}
