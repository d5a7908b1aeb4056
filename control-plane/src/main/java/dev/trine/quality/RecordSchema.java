package dev.trine.quality;

import dev.trine.quality.RecordChange.Outputs;
import dev.trine.shared.Json;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The types of the fields of an evaluation dataset's records, each as it was told first.
 *
 * @param outputs types by name, or the type of outputs that have no fields
 */
record RecordSchema(Map<String, String> inputs, Object outputs, Map<String, String> expectations, String version) {

    /** Of each kind; further ones, and those of longer names, are in the records alone. */
    private static final int MOST_FIELDS = 500;

    private static final int LONGEST_NAME = 250;
    private static final TypeReference<RecordSchema> TYPE = new TypeReference<>() {};

    /** @param json null before the first record */
    static RecordSchema of(@Nullable String json) {
        return json == null ? new RecordSchema(Map.of(), Map.of(), Map.of(), "1.0") : Json.read(json, TYPE);
    }

    RecordSchema with(List<RecordChange> records) {
        var ofInputs = new HashMap<>(inputs);
        var ofExpectations = new HashMap<>(expectations);
        Object ofOutputs = outputs;
        for (RecordChange told : records) {
            add(ofInputs, told.inputs());
            if (told.expectations() != null) {
                add(ofExpectations, told.expectations());
            }
            if (told.outputs() instanceof Outputs.Told(Object value) && value != null) {
                ofOutputs = after(ofOutputs, value);
            }
        }
        return new RecordSchema(ofInputs, ofOutputs, ofExpectations, version);
    }

    private static Object after(Object known, Object told) {
        if (!(known instanceof Map<?, ?> fields)) {
            return known;
        }
        if (!(told instanceof Map<?, ?> values)) {
            return fields.isEmpty() ? type(told) : known;
        }
        var all = new HashMap<String, String>();
        fields.forEach((name, type) -> all.put(String.valueOf(name), String.valueOf(type)));
        var given = new HashMap<String, @Nullable Object>();
        values.forEach((name, value) -> given.put(String.valueOf(name), value));
        add(all, given);
        return all;
    }

    private static void add(Map<String, String> types, Map<String, @Nullable Object> values) {
        values.forEach((name, value) -> {
            if (types.size() < MOST_FIELDS && name.length() <= LONGEST_NAME) {
                types.putIfAbsent(name, type(value));
            }
        });
    }

    private static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean _ -> "boolean";
            case Integer _, Long _, BigInteger _ -> "integer";
            case Number _ -> "float";
            case String _ -> "string";
            case List<?> _ -> "array";
            default -> "object";
        };
    }
}
