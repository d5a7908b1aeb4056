package dev.trine.system;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How these tests wait for what comes by itself: a busy machine is no failure, what never comes is one. */
final class Await {

    /** Much longer than anything takes on a machine that does ten other things; it ends what hangs. */
    static final Duration DEADLINE = Duration.ofMinutes(5);

    private Await() {}

    /** A wait for what these words name; they stand in the failure's message. */
    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(DEADLINE).pollInterval(Duration.ofMillis(50));
    }
}
