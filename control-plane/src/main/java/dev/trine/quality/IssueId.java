package dev.trine.quality;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names an issue: {@code iss_} and 32 hex digits. */
public record IssueId(UUID value) {

    private static final String PREFIX = "iss";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static IssueId of(String text) {
        return new IssueId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
