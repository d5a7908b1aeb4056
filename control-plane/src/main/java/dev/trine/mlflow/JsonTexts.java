package dev.trine.mlflow;

import dev.trine.shared.Json;
import dev.trine.shared.UnkeepableText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** JSON that comes as a text within JSON, and what is wrong with it. */
final class JsonTexts {

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<List<@Nullable Object>> ARRAY = new TypeReference<>() {};

    private JsonTexts() {}

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} if it is no object, or has text that cannot be kept */
    static Map<String, @Nullable Object> object(String parameter, String json) {
        return read(parameter, json, "an object", OBJECT);
    }

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} if it is no array, or has text that cannot be kept */
    static List<@Nullable Object> array(String parameter, String json) {
        return read(parameter, json, "an array", ARRAY);
    }

    private static <T> T read(String parameter, String json, String kind, TypeReference<T> type) {
        @Nullable T read;
        try {
            read = Json.read(json, type);
        } catch (JacksonException e) {
            throw MlflowException.invalid(
                    "Invalid value for parameter '%s' supplied: it must be JSON of %s".formatted(parameter, kind));
        }
        if (read == null) {
            throw MlflowLimits.lacks(parameter);
        }
        UnkeepableText.problemWithin(read).ifPresent(problem -> {
            throw MlflowException.invalid(
                    "Invalid value for parameter '%s' supplied: it %s".formatted(parameter, problem));
        });
        return read;
    }

    /** A tag's value as text: a text as it is, anything else as JSON. */
    static String text(Object value) {
        return value instanceof String text ? text : Json.write(value);
    }
}
