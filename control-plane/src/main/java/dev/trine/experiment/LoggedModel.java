package dev.trine.experiment;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model that a client logged apart from its run, which it outlives. */
public record LoggedModel(
        LoggedModelId id,
        ExperimentId experimentId,
        @Nullable RunId runId,
        String name,
        String modelType,
        Status status,
        Map<String, String> params,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt) {

    public LoggedModel {
        params = Map.copyOf(params);
        tags = Map.copyOf(tags);
    }

    /** Named as on MLflow's wire. */
    public enum Status {
        LOGGED_MODEL_PENDING,
        LOGGED_MODEL_READY,
        LOGGED_MODEL_UPLOAD_FAILED
    }
}
