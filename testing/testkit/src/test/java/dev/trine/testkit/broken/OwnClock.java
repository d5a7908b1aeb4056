package dev.trine.testkit.broken;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

public final class OwnClock {

    private OwnClock() {}

    public static List<Object> everything() {
        return List.of(
                Instant.now(),
                LocalDate.now(ZoneOffset.UTC),
                System.currentTimeMillis(),
                Clock.systemUTC(),
                UUID.randomUUID(),
                Math.random(),
                new Random(),
                new SecureRandom(),
                ThreadLocalRandom.current());
    }
}
