package dev.trine.experiment;

/** What experiments can be searched by. */
public sealed interface ExperimentColumn {

    record Tag(String key) implements ExperimentColumn {}

    enum Attribute implements ExperimentColumn {
        NAME,
        NUMBER,
        CREATED_AT,
        UPDATED_AT
    }
}
