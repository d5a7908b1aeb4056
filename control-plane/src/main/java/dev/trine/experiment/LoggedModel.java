package dev.trine.experiment;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that a client logged apart from its run, which it outlives.
 *
 * @param metrics what runs measured of it
 * @param deletedAt since when it is gone for users
 */
public record LoggedModel(
        LoggedModelId id,
        ExperimentId experimentId,
        @Nullable RunId runId,
        String name,
        String modelType,
        Status status,
        Map<String, String> params,
        Map<String, String> tags,
        List<Metric> metrics,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt) {

    public LoggedModel {
        params = Map.copyOf(params);
        tags = Map.copyOf(tags);
        metrics = List.copyOf(metrics);
    }

    /** The same with what runs measured of it. */
    LoggedModel measured(List<Metric> found) {
        return new LoggedModel(
                id, experimentId, runId, name, modelType, status, params, tags, found, createdAt, updatedAt, deletedAt);
    }

    /**
     * What a run measured of it.
     *
     * @param on what it was measured on, if that was said
     */
    public record Metric(
            RunId run,
            Experiments.MetricPoint point,
            @Nullable DatasetName on) {}

    /** Named as on MLflow's wire. */
    public enum Status {
        LOGGED_MODEL_PENDING,
        LOGGED_MODEL_READY,
        LOGGED_MODEL_UPLOAD_FAILED
    }
}
