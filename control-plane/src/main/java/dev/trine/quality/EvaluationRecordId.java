package dev.trine.quality;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a record of an evaluation dataset: {@code evr_} and 32 hex digits. */
public record EvaluationRecordId(UUID value) {

    private static final String PREFIX = "evr";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static EvaluationRecordId of(String text) {
        return new EvaluationRecordId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
