package dev.trine.shared;

import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Makes ids from the injected clock and randomness. */
@Component
public class IdSource {

    private final Clock clock;
    private final RandomGenerator random;

    public IdSource(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public UUID next() {
        return Ids.next(clock.millis(), random);
    }
}
