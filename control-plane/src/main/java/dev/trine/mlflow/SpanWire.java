package dev.trine.mlflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trine.shared.Json;
import dev.trine.tracing.OtlpAttributes;
import dev.trine.tracing.TraceSpan;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Spans as OpenTelemetry's protocol (OTLP) and back, and as protobuf's JSON, in which MLflow's clients read them. */
final class SpanWire {

    private static final String TYPE = "mlflow.spanType";
    private static final HexFormat HEX = HexFormat.of();
    private static final List<String> IDS = List.of("traceId", "spanId", "parentSpanId");

    private SpanWire() {}

    static ExportTraceServiceRequest request(byte[] protobuf) {
        try {
            return ExportTraceServiceRequest.parseFrom(protobuf);
        } catch (InvalidProtocolBufferException e) {
            throw MlflowException.invalid("Invalid OpenTelemetry format");
        }
    }

    /** OTLP's own JSON writes ids in hex, where protobuf's has Base64. */
    static ExportTraceServiceRequest request(String json) {
        var request = ExportTraceServiceRequest.newBuilder();
        try {
            JsonNode tree = Json.read(json, JsonNode.class);
            tree.path("resourceSpans")
                    .forEach(resource -> resource.path("scopeSpans")
                            .forEach(scope -> scope.path("spans").forEach(SpanWire::hexToBase64)));
            JsonFormat.parser().ignoringUnknownFields().merge(tree.toString(), request);
        } catch (InvalidProtocolBufferException | JacksonException | IllegalArgumentException e) {
            throw MlflowException.invalid("Invalid OpenTelemetry format");
        }
        return request.build();
    }

    private static void hexToBase64(JsonNode span) {
        if (span instanceof ObjectNode fields) {
            for (String id : IDS) {
                String hex = fields.path(id).asString("");
                if (!hex.isEmpty()) {
                    fields.put(id, Base64.getEncoder().encodeToString(HEX.parseHex(hex)));
                }
            }
        }
    }

    static List<TraceSpan> spans(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .map(SpanWire::span)
                .toList();
    }

    private static TraceSpan span(Span span) {
        if (span.getTraceId().isEmpty() || span.getSpanId().isEmpty()) {
            throw MlflowException.invalid("a span must have a trace_id and a span_id");
        }
        return span(span, "tr-" + hex(span.getTraceId()));
    }

    /** @param trace whose it is, whatever the span's own id of it */
    static TraceSpan span(Span span, String trace) {
        Map<String, String> attributes = OtlpAttributes.texts(span.getAttributesList());
        String parent = hex(span.getParentSpanId());
        return new TraceSpan(
                trace,
                hex(span.getSpanId()),
                parent.isEmpty() ? null : parent,
                span.getName(),
                attributes.getOrDefault(TYPE, ""),
                switch (span.getStatus().getCode()) {
                    case STATUS_CODE_OK -> TraceSpan.Status.OK;
                    case STATUS_CODE_ERROR -> TraceSpan.Status.ERROR;
                    case STATUS_CODE_UNSET, UNRECOGNIZED -> TraceSpan.Status.UNSET;
                },
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes,
                span.toByteArray());
    }

    private static String hex(ByteString id) {
        return HEX.formatHex(id.toByteArray());
    }

    static JsonNode json(TraceSpan span) {
        try {
            return Json.read(JsonFormat.printer().preservingProtoFieldNames().print(span.message()), JsonNode.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("span " + span + " has no form in JSON", e);
        }
    }

    /** A trace with its spans. */
    static Map<String, Object> trace(Map<String, Object> info, List<TraceSpan> spans) {
        return Map.of(
                "trace_info", info, "spans", spans.stream().map(SpanWire::json).toList());
    }
}
