package dev.trine.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a logged model: {@code lm_} and 32 hex digits. */
public record LoggedModelId(UUID value) implements ArtifactOwner {

    private static final String PREFIX = "lm";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static LoggedModelId of(String text) {
        return new LoggedModelId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
