package dev.trine.tracing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.Span;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a trace: one call, say, with what went in and what came out.
 *
 * @param traceId of its {@link Trace}
 * @param spanId 16 hex digits
 * @param parentId the same of the span that it is a part of; null of the trace's own
 * @param type such as {@code LLM} or {@code TOOL}
 * @param startNanos since the epoch
 * @param endNanos since the epoch; 0 while it goes on
 * @param attributes as text, what is no text as JSON
 * @param content the whole span as OTLP's {@code Span} message
 */
@SuppressWarnings("ArrayRecordComponent") // kept and sent on as it is; never compared
public record TraceSpan(
        String traceId,
        String spanId,
        @Nullable String parentId,
        String name,
        String type,
        Status status,
        long startNanos,
        long endNanos,
        Map<String, String> attributes,
        byte[] content) {

    /** The attribute with what went in. */
    static final String INPUTS = "mlflow.spanInputs";

    /** The attribute with what came out. */
    static final String OUTPUTS = "mlflow.spanOutputs";

    public TraceSpan {
        attributes = Map.copyOf(attributes);
    }

    /** The whole span as OTLP has it. */
    public Span message() {
        try {
            return Span.parseFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("span " + spanId + " was kept as something else", e);
        }
    }

    /** As OpenTelemetry has it. */
    @Schema(name = "SpanStatus")
    public enum Status {
        UNSET,
        OK,
        ERROR
    }
}
