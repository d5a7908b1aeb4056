package dev.trine.shared;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.module.SimpleModule;

/**
 * What a request says must be such that it can be kept and told again: no {@linkplain UnkeepableText unkeepable text}, no time
 * beyond RFC 3339. It is refused where it is read, with its place, so no store has to ask.
 */
@Component
class KeepableInJson extends SimpleModule {

    KeepableInJson() {
        super("keepable");
        addDeserializer(String.class, new Text());
        addKeyDeserializer(String.class, new Key());
        addDeserializer(Instant.class, new Time());
    }

    /** A value that is of the right kind and still cannot be taken; its message is for the caller. */
    static final class Unkeepable extends MismatchedInputException {

        Unkeepable(JsonParser json, String message, Class<?> type) {
            super(json, message, type);
        }
    }

    private static final class Text extends StdScalarDeserializer<String> {

        Text() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser json, DeserializationContext context) {
            return keepable(StringDeserializer.instance.deserialize(json, context), json);
        }
    }

    private static final class Key extends KeyDeserializer {

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return keepable(key, context.getParser());
        }
    }

    private static String keepable(String text, JsonParser json) {
        Optional<String> problem = UnkeepableText.problem(text);
        if (problem.isPresent()) {
            throw new Unkeepable(json, problem.get(), String.class);
        }
        return text;
    }

    /** RFC 3339: a text, of the years 0 to 9999. */
    private static final class Time extends StdScalarDeserializer<Instant> {

        private static final int LAST_YEAR = 9999;

        Time() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) {
            String text = json.getValueAsString("");
            try {
                OffsetDateTime time = OffsetDateTime.parse(text);
                if (json.currentToken().isScalarValue() && time.getYear() >= 0 && time.getYear() <= LAST_YEAR) {
                    return time.toInstant();
                }
            } catch (DateTimeException notATime) {
                // told below, like the ones beyond
            }
            throw new Unkeepable(
                    json,
                    "must be a time of RFC 3339, such as 2030-01-31T12:00:00Z, was '%s'".formatted(text),
                    Instant.class);
        }
    }
}
