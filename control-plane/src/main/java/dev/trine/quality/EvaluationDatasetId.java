package dev.trine.quality;

import dev.trine.shared.Ids;
import java.util.UUID;

/** Names an evaluation dataset; its text is {@code evd_} and 32 hex digits. */
public record EvaluationDatasetId(UUID value) {

    @Override
    public String toString() {
        return Ids.format("evd", value);
    }
}
