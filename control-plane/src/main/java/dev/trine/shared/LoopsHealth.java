package dev.trine.shared;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The background loops in {@code /health}, and in metrics as {@code trine_loop_age_seconds} and {@code trine_loop_failures}: one that
 * hangs does so until this copy is started anew.
 */
@Component("loops")
class LoopsHealth implements HealthIndicator {

    /** Longer than any pass takes, also one that waits for a database that does not answer. */
    private static final Duration HANGS_AFTER = Duration.ofMinutes(5);

    private final List<BackgroundLoop> loops;

    LoopsHealth(List<BackgroundLoop> loops, MeterRegistry meters) {
        this.loops = loops;
        for (BackgroundLoop loop : loops) {
            TimeGauge.builder("trine.loop.age", () -> loop.age().toMillis(), TimeUnit.MILLISECONDS)
                    .description("since the end of its last pass")
                    .tag("loop", loop.name())
                    .register(meters);
            Gauge.builder("trine.loop.failures", loop::failures)
                    .description("passes in a row that have failed")
                    .tag("loop", loop.name())
                    .register(meters);
        }
    }

    @Override
    public Health health() {
        return health(HANGS_AFTER);
    }

    Health health(Duration hangsAfter) {
        boolean hangs = loops.stream().anyMatch(loop -> loop.age().compareTo(hangsAfter) > 0);
        Health.Builder health = hangs ? Health.down() : Health.up();
        loops.forEach(loop -> health.withDetail(
                loop.name(), Map.of("ageSeconds", loop.age().toSeconds(), "failures", loop.failures())));
        return health.build();
    }
}
