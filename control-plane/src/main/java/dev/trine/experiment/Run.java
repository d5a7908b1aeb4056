package dev.trine.experiment;

import dev.trine.experiment.Experiments.RunStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One execution with what it was given and what was measured.
 *
 * @param metrics the latest point of each metric
 * @param deletedAt since when it is gone for users; it can be restored
 */
public record Run(
        RunId id,
        ExperimentId experimentId,
        String name,
        RunStatus status,
        Map<String, String> params,
        Map<String, Latest> metrics,
        Map<String, String> tags,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant deletedAt,
        long version) {

    public Run {
        params = Map.copyOf(params);
        metrics = Map.copyOf(metrics);
        tags = Map.copyOf(tags);
    }

    /** One that has just begun. */
    static Run begun(RunId id, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt) {
        return new Run(id, experiment, name, RunStatus.RUNNING, Map.of(), Map.of(), tags, startedAt, null, null, 1);
    }

    /**
     * The latest point of a metric.
     *
     * @param timestamp milliseconds since the epoch
     */
    @Schema(name = "LatestMetric")
    public record Latest(double value, long step, long timestamp) {}
}
