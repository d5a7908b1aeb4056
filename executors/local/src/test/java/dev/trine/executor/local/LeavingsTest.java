package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be kept of an attempt that has ended. */
@SuppressWarnings("NullAway.Init") // JUnit fills the field
class LeavingsTest {

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_FILES = 3;

    @TempDir
    Path root;

    private Attempt attempt;

    @BeforeEach
    void begin() throws IOException {
        attempt = new Attempt(root);
        Files.createDirectory(attempt.outputs());
        attempt.writeLimits(null, 64 << 20, MOST_BYTES);
    }

    private static void hole(Path file, long length) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        }
    }

    private Observation.Ended judged(Cause cause) {
        Instant now = Instant.now();
        return new Leavings(attempt, MOST_FILES).judge(new Observation.Ended(0, cause, "as it was seen", now, now));
    }

    @Test
    void asMuchAsMayBeKeptIsKept() throws Exception {
        hole(root.resolve("stdout.log"), MOST_BYTES / 2);
        hole(attempt.outputs().resolve("a"), MOST_BYTES / 2);
        Files.createFile(attempt.outputs().resolve("b"));
        Files.createFile(
                Files.createDirectory(attempt.outputs().resolve("folder")).resolve("c"));
        assertThat(judged(Cause.COMPLETED).message()).isEqualTo("as it was seen");
    }

    @Test
    void holesCountAsTheyAreKept() throws Exception {
        hole(attempt.outputs().resolve("a"), MOST_BYTES);
        hole(root.resolve("stderr.log"), 1);
        Observation.Ended ended = judged(Cause.COMPLETED);
        assertThat(ended.cause()).isEqualTo(Cause.OUT_OF_DISK);
        assertThat(ended.message()).contains("1 MiB");
    }

    @Test
    void aFileCountsOnceForEachOfItsNames() throws Exception {
        Path file = attempt.outputs().resolve("a");
        hole(file, MOST_BYTES / 2);
        Files.createLink(attempt.outputs().resolve("b"), file);
        assertThat(judged(Cause.COMPLETED).cause()).isEqualTo(Cause.COMPLETED);
        Files.delete(root.resolve("left"));
        Files.createLink(attempt.outputs().resolve("c"), file);
        assertThat(judged(Cause.COMPLETED).cause()).isEqualTo(Cause.OUT_OF_DISK);
    }

    @Test
    void moreFilesThanAreKeptAreToldByTheirBound() throws Exception {
        for (int i = 0; i <= MOST_FILES; i++) {
            Files.createFile(attempt.outputs().resolve("empty-" + i));
        }
        Observation.Ended ended = judged(Cause.COMPLETED);
        assertThat(ended.cause()).isEqualTo(Cause.OUT_OF_DISK);
        assertThat(ended.message()).contains("more than the 3 outputs");
    }

    @Test
    void whatItLeftIsCountedOnce() throws Exception {
        assertThat(judged(Cause.COMPLETED).cause()).isEqualTo(Cause.COMPLETED);
        hole(attempt.outputs().resolve("late"), 2 * MOST_BYTES);
        assertThat(judged(Cause.COMPLETED).cause()).isEqualTo(Cause.COMPLETED);
    }

    @Test
    void ofOneThatFailedOnlyWhatItPrintedCounts() throws Exception {
        hole(attempt.outputs().resolve("a"), 2 * MOST_BYTES);
        assertThat(judged(Cause.FAILED).cause()).isEqualTo(Cause.FAILED);
        hole(root.resolve("stdout.log"), 2 * MOST_BYTES);
        assertThat(judged(Cause.FAILED).cause()).isEqualTo(Cause.OUT_OF_DISK);
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMED_OUT", "STOPPED", "OUT_OF_MEMORY", "LOST"})
    void whoeverWasEndedWasEndedForThat(Cause cause) throws Exception {
        hole(root.resolve("stdout.log"), 2 * MOST_BYTES);
        assertThat(judged(cause).cause()).isEqualTo(cause);
    }
}
