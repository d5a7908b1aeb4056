package dev.trine.executor.local;

import dev.trine.executor.local.LeftFiles.Extent;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an attempt whose processes have all ended leaves to be kept. While it ran, it was the room on the disk that counted; what is
 * kept is written out in full, and sparse files and files of many names may be very much more than that.
 *
 * @param mostFiles outputs that are kept of one attempt
 */
record Leavings(Attempt attempt, long mostFiles) {

    private static final long MOST_FILES = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Leavings.class);

    Leavings(Attempt attempt) {
        this(attempt, MOST_FILES);
    }

    /** How it ended: as was seen, or by leaving too much. */
    Observation.Ended judge(Observation.Ended seen) {
        return tooMuch(seen.cause())
                .map(why -> new Observation.Ended(
                        seen.exitCode(), Cause.OUT_OF_DISK, why, seen.startedAt(), seen.endedAt()))
                .orElse(seen);
    }

    private Optional<String> tooMuch(Cause cause) {
        OptionalLong disk = attempt.disk();
        if (disk.isEmpty()) {
            return Optional.empty();
        }
        return switch (cause) {
            case COMPLETED -> tooMuch(disk.getAsLong(), attempt.printed(), outputs(disk.getAsLong()));
            case FAILED, KILLED -> tooMuch(disk.getAsLong(), attempt.printed(), Extent.NONE);
            case TIMED_OUT, OUT_OF_MEMORY, OUT_OF_DISK, STOPPED, LOST -> Optional.empty();
        };
    }

    private Optional<String> tooMuch(long disk, long printed, Extent outputs) {
        if (outputs.files() > mostFiles) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "it left more than the %,d outputs that are kept of an attempt: pack them, as with tar",
                    mostFiles));
        }
        return printed + outputs.bytes() > disk
                ? Optional.of(
                        ("it left more than the %d MiB of files that an attempt may have here; where a file has holes,"
                                        + " they count as they are kept")
                                .formatted(disk >> 20))
                : Optional.empty();
    }

    /** Counted once, as it does not change any more. */
    private Extent outputs(long disk) {
        Path counted = attempt.folder().resolve("left");
        try {
            String[] numbers = Files.readString(counted).split(" ", 2);
            return new Extent(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (IOException | RuntimeException notYetOrPowerCut) {
            return count(counted, new Extent(mostFiles, disk));
        }
    }

    private Extent count(Path into, Extent most) {
        try {
            Extent outputs = attempt.left().extent(most);
            note(outputs, into);
            return outputs;
        } catch (IOException e) {
            LOG.debug("the outputs of {} cannot be counted, and so not be kept either", attempt.name(), e);
            return Extent.NONE;
        }
    }

    private void note(Extent outputs, Path into) {
        try {
            Path made = Files.createTempFile(attempt.folder(), ".left-", "");
            Files.writeString(made, outputs.files() + " " + outputs.bytes());
            Files.move(made, into, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.debug("the outputs of {} will be counted again", attempt.name(), e); // as on a full disk
        }
    }
}
