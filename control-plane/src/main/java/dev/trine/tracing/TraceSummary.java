package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.RunId;
import dev.trine.shared.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A trace as lists show it.
 *
 * @param id the client's own
 * @param name what the client calls it, else its id
 * @param requestedAt by the client's clock
 * @param durationMillis null while it goes on
 * @param requestPreview the beginning of what was asked
 * @param responsePreview the beginning of what was answered
 * @param runs that it belongs to
 * @param session the conversation that it is a part of, in the client's words
 * @param assessments those that count, in short
 */
record TraceSummary(
        String id,
        ExperimentId experimentId,
        String name,
        Trace.State state,
        Instant requestedAt,
        @Nullable Long durationMillis,
        @Nullable String requestPreview,
        @Nullable String responsePreview,
        Map<String, String> tags,
        List<RunId> runs,
        @Nullable String session,
        @Nullable TokenUsage tokens,
        List<Verdict> assessments) {

    /** The tokens of all calls of models, as the client has counted them. */
    record TokenUsage(long input, long output, long total) {

        private static @Nullable TokenUsage of(@Nullable String json) {
            if (json == null) {
                return null;
            }
            try {
                JsonNode counted = Json.read(json, JsonNode.class);
                return new TokenUsage(
                        counted.path("input_tokens").asLong(0),
                        counted.path("output_tokens").asLong(0),
                        counted.path("total_tokens").asLong(0));
            } catch (JacksonException anyText) {
                return null;
            }
        }
    }

    /** @param value a text as it is, anything else as JSON; null if it has none */
    record Verdict(
            String name, Assessment.Kind kind, @Nullable String value) {}

    static TraceSummary of(Trace trace, List<RunId> runs) {
        Duration duration = trace.duration();
        return new TraceSummary(
                trace.id(),
                trace.experimentId(),
                trace.tags().getOrDefault(Trace.NAME, trace.id()),
                trace.state(),
                trace.requestedAt(),
                duration == null ? null : duration.toMillis(),
                trace.requestPreview(),
                trace.responsePreview(),
                trace.tags(),
                runs,
                trace.metadata().get(Trace.SESSION),
                TokenUsage.of(trace.metadata().get(Trace.TOKENS)),
                trace.assessments().stream()
                        .filter(Assessment::valid)
                        .map(said -> new Verdict(said.name(), said.kind(), said.plainValue()))
                        .toList());
    }
}
