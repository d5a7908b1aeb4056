package dev.trine.quality;

import dev.trine.shared.Ids;
import java.util.UUID;

/** Names an issue; its text is {@code iss_} and 32 hex digits. */
public record IssueId(UUID value) {

    @Override
    public String toString() {
        return Ids.format("iss", value);
    }
}
