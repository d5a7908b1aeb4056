package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.storage.StorageFullException;
import dev.trine.storage.StorageUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DisturbancesTest {

    private static final WorkloadId ONE = new WorkloadId(new UUID(0, 1));
    private static final WorkloadId OTHER = new WorkloadId(new UUID(0, 2));

    private final Disturbances disturbances = new Disturbances();
    private Instant now = Instant.EPOCH;

    private int triesUntilEnough(Exception failure, Duration between) {
        for (int tries = 1; tries <= 1_000; tries++) {
            if (disturbances.isEnough(ONE, failure, now)) {
                return tries;
            }
            now = now.plus(between);
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void whatDoesNotPassIsTriedAFewTimesAndForAFewSeconds() {
        var broken = new IllegalStateException("broken");
        assertThat(triesUntilEnough(broken, Duration.ofHours(1))).isEqualTo(5);
        disturbances.over(ONE);
        assertThat(triesUntilEnough(broken, Duration.ofMillis(100))).isEqualTo(51);
    }

    @Test
    void aFullStoreHasTwoMinutesToBecomeLessFull() {
        var full = new IOException(new StorageFullException("full", new IOException("full")));
        assertThat(triesUntilEnough(full, Duration.ofSeconds(1))).isEqualTo(121);
    }

    @Test
    void anOutageIsNeverEnough() {
        Duration between = Duration.ofMinutes(1);
        assertThat(triesUntilEnough(new StorageUnavailableException("away", new IOException("away")), between))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(triesUntilEnough(new IllegalStateException(new SQLException("away", "08006")), between))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void onlyFailuresInARowOfTheSameWorkloadCount() {
        var broken = new IllegalStateException("broken");
        for (int i = 0; i < 100; i++) {
            now = now.plusSeconds(10);
            assertThat(disturbances.isEnough(i % 5 == 4 ? OTHER : ONE, broken, now))
                    .isFalse();
            if (i % 5 == 4) {
                disturbances.over(ONE);
                disturbances.over(OTHER);
            }
        }
    }
}
