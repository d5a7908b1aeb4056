package dev.trine.tracing;

import dev.trine.shared.Json;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What somebody says of a trace.
 *
 * @param id unique in its project
 * @param value in JSON, in the form that its kind has on MLflow's wire
 * @param sourceType who says it, such as {@code HUMAN} or {@code LLM_JUDGE}
 * @param sourceId which one
 * @param spanId of the span that it is about, if it is about one
 * @param overrides the id of the one that it takes the place of
 * @param valid whether none takes its place
 */
public record Assessment(
        String id,
        String traceId,
        String name,
        Kind kind,
        String value,
        String sourceType,
        String sourceId,
        @Nullable String rationale,
        @Nullable String spanId,
        Map<String, String> metadata,
        @Nullable String overrides,
        boolean valid,
        Instant createdAt,
        Instant updatedAt) {

    public Assessment {
        metadata = Map.copyOf(metadata);
    }

    /** The value without its form: a text as it is, anything else as JSON; null if it has none. */
    @Nullable
    String plainValue() {
        JsonNode wire = Json.read(value, JsonNode.class);
        JsonNode plain = wire.path("value").isMissingNode()
                ? wire.path("serialized_value").path("value")
                : wire.path("value");
        return plain.isMissingNode() || plain.isNull() ? null : plain.isString() ? plain.asString() : plain.toString();
    }

    /** Why there is no value, of a feedback that its judge failed to give. */
    @Nullable
    String error() {
        return Json.read(value, JsonNode.class)
                .path("error")
                .path("error_message")
                .asStringOpt()
                .orElse(null);
    }

    /** Named as on MLflow's wire, in upper case. */
    @Schema(name = "AssessmentKind")
    public enum Kind {
        /** How good it is. */
        FEEDBACK,
        /** What would have been right. */
        EXPECTATION,
        /** Which known trouble it shows. */
        ISSUE
    }
}
