package dev.trine.experiment;

import java.time.Instant;
import java.util.Map;

/** A named group of runs. */
public record Experiment(
        ExperimentId id, String name, Map<String, String> tags, Instant createdAt, Instant updatedAt, long version) {
    public Experiment {
        tags = Map.copyOf(tags);
    }
}
