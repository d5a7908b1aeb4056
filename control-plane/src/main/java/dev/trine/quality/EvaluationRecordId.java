package dev.trine.quality;

import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a record of an evaluation dataset; its text is {@code evr_} and 32 hex digits. */
public record EvaluationRecordId(UUID value) {

    @Override
    public String toString() {
        return Ids.format("evr", value);
    }
}
