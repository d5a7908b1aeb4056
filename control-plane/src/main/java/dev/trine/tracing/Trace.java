package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request to a program did, as a whole.
 *
 * @param id the client's own; unique in its project
 * @param clientRequestId what the client calls the request
 * @param requestPreview the beginning of what was asked
 * @param responsePreview the beginning of what was answered
 * @param duration null while it goes on
 * @param metadata what never changes of it
 */
public record Trace(
        String id,
        ExperimentId experimentId,
        @Nullable String clientRequestId,
        @Nullable String requestPreview,
        @Nullable String responsePreview,
        Instant requestedAt,
        @Nullable Duration duration,
        State state,
        Map<String, String> metadata,
        Map<String, String> tags,
        List<Assessment> assessments) {

    /** The tag that is its name. */
    public static final String NAME = "mlflow.traceName";

    /** The metadata with the run, in whose time it was made, as 32 hex digits. */
    public static final String SOURCE_RUN = "mlflow.sourceRun";

    /** The tag that says that the spans are here, so that clients send them here and ask for them here. */
    public static final Map<String, String> SPANS_HERE = Map.of("mlflow.trace.spansLocation", "TRACKING_STORE");
    /** The metadata with the conversation that it is a part of. */
    static final String SESSION = "mlflow.trace.session";

    /** The metadata with the tokens of all its calls, as JSON. */
    static final String TOKENS = "mlflow.trace.tokenUsage";

    public Trace {
        metadata = Map.copyOf(metadata);
        tags = Map.copyOf(tags);
        assessments = List.copyOf(assessments);
    }

    /** Named as on MLflow's wire. */
    @Schema(name = "TraceState")
    public enum State {
        STATE_UNSPECIFIED,
        OK,
        ERROR,
        IN_PROGRESS
    }
}
