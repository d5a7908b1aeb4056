package dev.trine.registry;

/** What versions of models can be searched by. */
public sealed interface ModelVersionColumn {

    record Tag(String key) implements ModelVersionColumn {}

    enum Attribute implements ModelVersionColumn {
        /** Of its model. */
        NAME,
        /** Its number. */
        VERSION,
        /** The 32 hex digits of the id of the run that it comes from. */
        RUN,
        /** Where it comes from, in the words of whoever registered it. */
        SOURCE,
        CREATED_AT,
        UPDATED_AT
    }
}
