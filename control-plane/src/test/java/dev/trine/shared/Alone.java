package dev.trine.shared;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The shared services of a copy of the control plane that works alone, without a Spring context. */
public final class Alone {

    private Alone() {}

    public static Wakeups wakeups(IdSource ids) {
        return new RedisWakeups(new RedisProperties(null), ids, new SimpleMeterRegistry());
    }

    public static AdvisoryLocks locks(JdbcClient jdbc) {
        return new AdvisoryLocks(jdbc);
    }
}
