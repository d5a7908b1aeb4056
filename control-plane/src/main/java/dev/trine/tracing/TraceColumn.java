package dev.trine.tracing;

/** What traces can be searched by. */
public sealed interface TraceColumn {

    record Tag(String key) implements TraceColumn {}

    record Metadata(String key) implements TraceColumn {}

    /** An attribute of one of its spans, as text. */
    record SpanAttribute(String key) implements TraceColumn {}

    /** The value of an assessment of this name and kind, as text. */
    record Assessed(Assessment.Kind kind, String name) implements TraceColumn {}

    enum Attribute implements TraceColumn {
        ID,
        CLIENT_REQUEST_ID,
        REQUESTED_AT,
        /** In milliseconds. */
        DURATION,
        ENDED_AT,
        STATE,
        /** The 32 hex digits of the ids of the runs that it belongs to. */
        RUN
    }

    /** What its spans have. */
    enum Span implements TraceColumn {
        NAME,
        TYPE,
        STATUS,
        /** Everything that is said in its attributes, and its name. */
        CONTENT
    }
}
