package dev.trine.tracing;

import dev.trine.experiment.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole trace.
 *
 * @param metadata what the client told of it that never changes
 * @param assessments in the order in which they were made, also those that others take the place of
 * @param spans the earliest first
 */
record TraceDetails(
        TraceSummary summary,
        Map<String, String> metadata,
        List<TraceAssessment> assessments,
        List<SpanDetails> spans) {

    /**
     * What somebody says of a trace.
     *
     * @param value a text as it is, anything else as JSON; null if it has none
     * @param error why there is no value
     * @param sourceType who says it, such as {@code HUMAN} or {@code LLM_JUDGE}
     * @param sourceId which one
     * @param rationale why
     * @param spanId the span that it is about, if it is about one
     * @param overrides the id of the one that it takes the place of
     * @param valid whether none takes its place
     */
    record TraceAssessment(
            String id,
            String name,
            Assessment.Kind kind,
            @Nullable String value,
            @Nullable String error,
            String sourceType,
            String sourceId,
            @Nullable String rationale,
            @Nullable String spanId,
            Map<String, String> metadata,
            @Nullable String overrides,
            boolean valid,
            Instant createdAt,
            Instant updatedAt) {

        private static TraceAssessment of(Assessment said) {
            return new TraceAssessment(
                    said.id(),
                    said.name(),
                    said.kind(),
                    said.plainValue(),
                    said.error(),
                    said.sourceType(),
                    said.sourceId(),
                    said.rationale(),
                    said.spanId(),
                    said.metadata(),
                    said.overrides(),
                    said.valid(),
                    said.createdAt(),
                    said.updatedAt());
        }
    }

    static TraceDetails of(Trace trace, List<RunId> runs, List<TraceSpan> spans) {
        long beginning = spans.isEmpty() ? 0 : spans.getFirst().startNanos();
        return new TraceDetails(
                TraceSummary.of(trace, runs),
                trace.metadata(),
                trace.assessments().stream().map(TraceAssessment::of).toList(),
                spans.stream().map(span -> SpanDetails.of(span, beginning)).toList());
    }
}
