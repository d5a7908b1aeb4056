package dev.trine.tracing;

import io.opentelemetry.proto.trace.v1.Span;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span of a trace. Times count from the beginning of the trace's first span, so that they keep their nanoseconds also where numbers
 * are floating-point ones.
 *
 * @param id 16 hex digits
 * @param parentId the same of the span that it is a part of; null of the trace's own
 * @param type such as {@code LLM} or {@code TOOL}; empty if it was not said
 * @param statusMessage what went wrong
 * @param startNanos nanoseconds since the trace's first span began
 * @param endNanos the same; null while it goes on
 * @param inputs what went in; a text as it is, anything else as JSON
 * @param outputs what came out, in the same form
 * @param attributes all others, in the same form
 */
@Schema(name = "Span")
record SpanDetails(
        String id,
        @Nullable String parentId,
        String name,
        String type,
        TraceSpan.Status status,
        @Nullable String statusMessage,
        long startNanos,
        @Nullable Long endNanos,
        @Nullable String inputs,
        @Nullable String outputs,
        Map<String, String> attributes,
        List<Event> events) {

    /**
     * What happened at one time within it, such as an exception.
     *
     * @param atNanos nanoseconds since the trace's first span began
     */
    @Schema(name = "SpanEvent")
    record Event(String name, long atNanos, Map<String, String> attributes) {}

    /** @param beginning when the trace's first span began, in nanoseconds since the epoch */
    static SpanDetails of(TraceSpan span, long beginning) {
        Span content = span.message();
        var attributes = new HashMap<>(span.attributes());
        String inputs = attributes.remove(TraceSpan.INPUTS);
        String outputs = attributes.remove(TraceSpan.OUTPUTS);
        String message = content.getStatus().getMessage();
        return new SpanDetails(
                span.spanId(),
                span.parentId(),
                span.name(),
                span.type(),
                span.status(),
                message.isEmpty() ? null : message,
                span.startNanos() - beginning,
                span.endNanos() == 0 ? null : span.endNanos() - beginning,
                inputs,
                outputs,
                attributes,
                content.getEventsList().stream()
                        .map(event -> new Event(
                                event.getName(),
                                event.getTimeUnixNano() - beginning,
                                OtlpAttributes.texts(event.getAttributesList())))
                        .toList());
    }
}
