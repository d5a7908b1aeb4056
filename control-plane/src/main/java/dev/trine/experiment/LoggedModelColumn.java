package dev.trine.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What logged models can be searched by. */
public sealed interface LoggedModelColumn {

    /**
     * What runs measured of it, the latest first.
     *
     * @param key null for whichever it has
     * @param on what it was measured on; empty for whatever it was
     */
    record Metric(@Nullable String key, List<DatasetName> on) implements LoggedModelColumn {
        public Metric {
            on = List.copyOf(on);
        }
    }

    record Param(String key) implements LoggedModelColumn {}

    record Tag(String key) implements LoggedModelColumn {}

    enum Attribute implements LoggedModelColumn {
        /** {@code m-} and the 32 hex digits of its id. */
        ID,
        NAME,
        TYPE,
        /** {@code PENDING}, {@code READY} or {@code FAILED}. */
        STATUS,
        /** The 32 hex digits of the id of the run that it comes from. */
        RUN,
        CREATED_AT,
        UPDATED_AT
    }
}
