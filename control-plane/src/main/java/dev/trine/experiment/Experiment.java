package dev.trine.experiment;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A named group of runs.
 *
 * @param number what it is called where ids are numbers, as on MLflow's wire; 0 is the project's own experiment
 * @param deletedAt since when it is gone for users; it can be restored
 */
public record Experiment(
        ExperimentId id,
        long number,
        String name,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        long version) {

    /** The name of the experiment that is meant where none is named. */
    public static final String DEFAULT_NAME = "Default";

    /** Its number. */
    public static final long DEFAULT_NUMBER = 0;

    public Experiment {
        tags = Map.copyOf(tags);
    }

    /** Whether it was not deleted. */
    boolean isActive() {
        return deletedAt == null;
    }
}
