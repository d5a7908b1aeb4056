package dev.trine.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How tests wait for what comes by itself: a busy machine is no failure, what never comes is one. */
public final class Await {

    /** Much longer than anything takes on a machine that does ten other things; it ends what hangs. */
    public static final Duration DEADLINE = Duration.ofMinutes(5);

    private Await() {}

    /** A wait for what these words name; they stand in the failure's message. */
    public static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(DEADLINE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10));
    }
}
