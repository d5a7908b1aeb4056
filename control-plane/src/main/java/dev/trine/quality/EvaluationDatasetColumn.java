package dev.trine.quality;

/** What evaluation datasets can be searched by. */
public sealed interface EvaluationDatasetColumn {

    record Tag(String key) implements EvaluationDatasetColumn {}

    enum Attribute implements EvaluationDatasetColumn {
        NAME,
        CREATED_AT,
        UPDATED_AT,
        CREATED_BY,
        UPDATED_BY
    }
}
