package dev.trine.quality;

import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a scorer; its text is {@code sco_} and 32 hex digits. */
public record ScorerId(UUID value) {

    @Override
    public String toString() {
        return Ids.format("sco", value);
    }
}
