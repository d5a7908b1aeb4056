package dev.trine.quality;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names an evaluation dataset: {@code evd_} and 32 hex digits. */
public record EvaluationDatasetId(UUID value) {

    private static final String PREFIX = "evd";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static EvaluationDatasetId of(String text) {
        return new EvaluationDatasetId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
