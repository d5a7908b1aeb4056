package dev.trine.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a run: {@code run_} and 32 hex digits. */
public record RunId(UUID value) implements ArtifactOwner {

    private static final String PREFIX = "run";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static RunId of(String text) {
        return new RunId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
