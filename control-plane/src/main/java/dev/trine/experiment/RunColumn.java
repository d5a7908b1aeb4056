package dev.trine.experiment;

/** What runs can be searched by. */
public sealed interface RunColumn {

    /** The latest value, a number. */
    record Metric(String key) implements RunColumn {}

    record Param(String key) implements RunColumn {}

    record Tag(String key) implements RunColumn {}

    enum Attribute implements RunColumn {
        /** The 32 hex digits of its id. */
        ID,
        NAME,
        STATUS,
        STARTED_AT,
        ENDED_AT
    }

    /** What the datasets have that it was given. */
    enum Dataset implements RunColumn {
        NAME,
        DIGEST,
        /** What it was given for, such as training. */
        CONTEXT
    }
}
