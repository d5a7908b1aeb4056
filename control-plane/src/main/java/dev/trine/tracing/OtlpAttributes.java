package dev.trine.tracing;

import dev.trine.shared.Json;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Attributes of OpenTelemetry's protocol (OTLP) as they are kept and shown. */
public final class OtlpAttributes {

    /** Each level is up to three messages of protobuf, of which a hundred are read within each other. */
    private static final int DEEPEST = 25;

    private OtlpAttributes() {}

    /** Each as text: a text as it is, anything else as JSON. */
    public static Map<String, String> texts(List<KeyValue> attributes) {
        var texts = new HashMap<String, String>();
        attributes.forEach(attribute -> texts.put(attribute.getKey(), text(attribute.getValue())));
        return texts;
    }

    private static String text(AnyValue value) {
        Object plain = plain(value);
        return plain == null ? "null" : plain instanceof String text ? text : Json.write(plain);
    }

    /** A value as JSON has it; null where none is set. */
    public static @Nullable Object plain(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BYTES_VALUE ->
                Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(OtlpAttributes::plain)
                        .toList();
            case KVLIST_VALUE -> {
                var object = new LinkedHashMap<String, @Nullable Object>();
                value.getKvlistValue()
                        .getValuesList()
                        .forEach(entry -> object.put(entry.getKey(), plain(entry.getValue())));
                yield object;
            }
            case VALUE_NOT_SET -> null;
            default -> value.toString();
        };
    }

    /** The value that {@link #plain} makes this JSON of; what is nested deeper than protobuf reads is text. */
    public static AnyValue value(JsonNode json) {
        return value(json, 1);
    }

    private static AnyValue value(JsonNode json, int level) {
        if (level > DEEPEST && json.isContainer()) {
            return AnyValue.newBuilder().setStringValue(json.toString()).build();
        }
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (json.getNodeType()) {
            case STRING -> value.setStringValue(json.asString());
            case BOOLEAN -> value.setBoolValue(json.asBoolean());
            case NUMBER -> {
                if (json.canConvertToLong() && json.isIntegralNumber()) {
                    value.setIntValue(json.asLong());
                } else {
                    value.setDoubleValue(json.asDouble());
                }
            }
            case ARRAY -> {
                ArrayValue.Builder array = ArrayValue.newBuilder();
                json.forEach(element -> array.addValues(value(element, level + 1)));
                value.setArrayValue(array);
            }
            case OBJECT -> {
                KeyValueList.Builder object = KeyValueList.newBuilder();
                json.properties()
                        .forEach(member -> object.addValues(KeyValue.newBuilder()
                                .setKey(member.getKey())
                                .setValue(value(member.getValue(), level + 1))));
                value.setKvlistValue(object);
            }
            default -> {
                // null is a value that is not set
            }
        }
        return value.build();
    }
}
