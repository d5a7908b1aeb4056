package dev.trine.mlflow;

import com.google.protobuf.ByteString;
import dev.trine.shared.Json;
import dev.trine.tracing.OtlpAttributes;
import dev.trine.tracing.TraceSpan;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Spans in the files in which MLflow's clients keep them where no server takes spans: {@code {"spans": […]}}. Clients before
 * MLflow 3 name ids in hex below {@code context}, later ones in Base64; the value of an attribute is JSON in a text in both.
 */
final class SpanFiles {

    private static final HexFormat HEX = HexFormat.of();
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final String CODE = "STATUS_CODE_";

    private SpanFiles() {}

    /** As clients before MLflow 3 write and read them, and later ones read them, too: with what the whole was asked and answered. */
    static String writeSecond(List<TraceSpan> spans) {
        Map<String, String> root = spans.stream()
                .filter(span -> span.parentId() == null)
                .findFirst()
                .map(TraceSpan::attributes)
                .orElse(Map.of());
        return Json.write(Map.of(
                "spans",
                spans.stream().map(SpanFiles::asSecond).toList(),
                "request",
                root.getOrDefault("mlflow.spanInputs", "null"),
                "response",
                root.getOrDefault("mlflow.spanOutputs", "null")));
    }

    private static Map<String, @Nullable Object> asSecond(TraceSpan kept) {
        Span span = kept.message();
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("name", span.getName());
        json.put("context", Map.of("span_id", hex(span.getSpanId()), "trace_id", hex(span.getTraceId())));
        json.put("parent_id", span.getParentSpanId().isEmpty() ? null : hex(span.getParentSpanId()));
        json.put("start_time", span.getStartTimeUnixNano());
        json.put("end_time", span.getEndTimeUnixNano() == 0 ? null : span.getEndTimeUnixNano());
        json.put("status_code", span.getStatus().getCode().name().substring(CODE.length()));
        json.put("status_message", span.getStatus().getMessage());
        json.put("attributes", attributes(span));
        json.put("events", events(span, "timestamp"));
        return json;
    }

    private static String hex(ByteString id) {
        return "0x" + HEX.formatHex(id.toByteArray());
    }

    private static Map<String, String> attributes(Span span) {
        var attributes = new LinkedHashMap<String, String>();
        plain(span.getAttributesList())
                .forEach((key, value) -> attributes.put(key, value == null ? "null" : Json.write(value)));
        return attributes;
    }

    private static List<Map<String, Object>> events(Span span, String time) {
        return span.getEventsList().stream()
                .map(event -> Map.of(
                        "name",
                        event.getName(),
                        time,
                        event.getTimeUnixNano(),
                        "attributes",
                        plain(event.getAttributesList())))
                .toList();
    }

    /** As clients since MLflow 3 write and read them. */
    static String writeThird(List<TraceSpan> spans) {
        return Json.write(Map.of("spans", spans.stream().map(SpanFiles::asThird).toList()));
    }

    private static Map<String, @Nullable Object> asThird(TraceSpan kept) {
        Span span = kept.message();
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("trace_id", base64(span.getTraceId()));
        json.put("span_id", base64(span.getSpanId()));
        json.put("parent_span_id", span.getParentSpanId().isEmpty() ? null : base64(span.getParentSpanId()));
        json.put("name", span.getName());
        json.put("start_time_unix_nano", span.getStartTimeUnixNano());
        json.put("end_time_unix_nano", span.getEndTimeUnixNano() == 0 ? null : span.getEndTimeUnixNano());
        json.put("events", events(span, "time_unix_nano"));
        json.put(
                "status",
                Map.of(
                        "code",
                        span.getStatus().getCode().name(),
                        "message",
                        span.getStatus().getMessage()));
        json.put("attributes", attributes(span));
        return json;
    }

    private static Map<String, @Nullable Object> plain(List<KeyValue> attributes) {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        attributes.forEach(attribute -> plain.put(attribute.getKey(), OtlpAttributes.plain(attribute.getValue())));
        return plain;
    }

    private static String base64(ByteString id) {
        return Base64.getEncoder().encodeToString(id.toByteArray());
    }

    /**
     * The spans in a file of either form.
     *
     * @param trace whose they are
     */
    static List<TraceSpan> read(String trace, byte[] file) {
        try {
            JsonNode spans = Json.read(new String(file, StandardCharsets.UTF_8), JsonNode.class)
                    .path("spans");
            if (!spans.isArray()) {
                throw new IllegalArgumentException("no spans");
            }
            return spans.valueStream()
                    .map(span -> SpanWire.span(span.has("context") ? second(span) : third(span), trace))
                    .toList();
        } catch (JacksonException | IllegalArgumentException e) {
            throw MlflowException.invalid("the file is not one of spans as MLflow's clients write them");
        }
    }

    private static Span second(JsonNode json) {
        JsonNode context = json.path("context");
        Span.Builder span = begun(json)
                .setTraceId(hex(context.path("trace_id").asString(), TRACE_ID_BYTES))
                .setSpanId(hex(context.path("span_id").asString(), SPAN_ID_BYTES))
                .setStartTimeUnixNano(json.path("start_time").asLong(0))
                .setEndTimeUnixNano(json.path("end_time").asLong(0))
                .setStatus(status(
                        json.path("status_code").asString(""),
                        json.path("status_message").asString("")));
        String parent = json.path("parent_id").asString("");
        if (!parent.isEmpty()) {
            span.setParentSpanId(hex(parent, SPAN_ID_BYTES));
        }
        json.path("events").forEach(event -> span.addEvents(event(event, "timestamp")));
        return span.build();
    }

    private static Span third(JsonNode json) {
        Span.Builder span = begun(json)
                .setTraceId(base64(json.path("trace_id").asString(), TRACE_ID_BYTES))
                .setSpanId(base64(json.path("span_id").asString(), SPAN_ID_BYTES))
                .setStartTimeUnixNano(json.path("start_time_unix_nano").asLong(0))
                .setEndTimeUnixNano(json.path("end_time_unix_nano").asLong(0))
                .setStatus(status(
                        json.path("status").path("code").asString(""),
                        json.path("status").path("message").asString("")));
        String parent = json.path("parent_span_id").asString("");
        if (!parent.isEmpty()) {
            span.setParentSpanId(base64(parent, SPAN_ID_BYTES));
        }
        json.path("events").forEach(event -> span.addEvents(event(event, "time_unix_nano")));
        return span.build();
    }

    private static Span.Builder begun(JsonNode json) {
        Span.Builder span = Span.newBuilder().setName(json.path("name").asString(""));
        json.path("attributes")
                .properties()
                .forEach(attribute -> span.addAttributes(KeyValue.newBuilder()
                        .setKey(attribute.getKey())
                        .setValue(OtlpAttributes.value(unwrapped(attribute.getValue())))));
        return span;
    }

    /** What a text has in it as JSON; anything else is itself. */
    private static JsonNode unwrapped(JsonNode value) {
        try {
            return value.isString() ? Json.read(value.asString(), JsonNode.class) : value;
        } catch (JacksonException noJson) {
            return value;
        }
    }

    private static Span.Event event(JsonNode json, String time) {
        Span.Event.Builder event = Span.Event.newBuilder()
                .setName(json.path("name").asString(""))
                .setTimeUnixNano(json.path(time).asLong(0));
        json.path("attributes")
                .properties()
                .forEach(attribute -> event.addAttributes(KeyValue.newBuilder()
                        .setKey(attribute.getKey())
                        .setValue(OtlpAttributes.value(attribute.getValue()))));
        return event.build();
    }

    private static Status status(String code, String message) {
        return Status.newBuilder()
                .setCode(
                        switch (code.startsWith(CODE) ? code.substring(CODE.length()) : code) {
                            case "OK" -> Status.StatusCode.STATUS_CODE_OK;
                            case "ERROR" -> Status.StatusCode.STATUS_CODE_ERROR;
                            default -> Status.StatusCode.STATUS_CODE_UNSET;
                        })
                .setMessage(message)
                .build();
    }

    private static ByteString hex(String id, int bytes) {
        return sized(HEX.parseHex(id.startsWith("0x") ? id.substring(2) : id), bytes);
    }

    private static ByteString base64(String id, int bytes) {
        return sized(Base64.getDecoder().decode(id), bytes);
    }

    private static ByteString sized(byte[] id, int bytes) {
        if (id.length != bytes) {
            throw new IllegalArgumentException("an id of %d bytes".formatted(id.length));
        }
        return ByteString.copyFrom(id);
    }
}
