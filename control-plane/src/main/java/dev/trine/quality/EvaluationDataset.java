package dev.trine.quality;

import dev.trine.shared.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program is asked, and what would be right.
 *
 * @param digest 8 hex digits that change when records are told
 * @param schema the types of the fields of its records as JSON: {@code inputs}, {@code outputs} and {@code expectations}, each with
 *     types by name, and {@code version}; null before the first record
 * @param records how many it has
 * @param createdBy who made it, in the client's words
 * @param updatedBy who told records last, in the client's words
 */
public record EvaluationDataset(
        EvaluationDatasetId id,
        String name,
        String digest,
        @Nullable String schema,
        long records,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String createdBy,
        @Nullable String updatedBy) {

    /** The tag, of datasets and of records, with whoever tells it. */
    public static final String USER = "mlflow.user";

    public EvaluationDataset {
        tags = Map.copyOf(tags);
    }

    EvaluationDataset touched(Instant at) {
        return new EvaluationDataset(id, name, digest, schema, records, tags, createdAt, at, createdBy, updatedBy);
    }

    /** After something is told of records, of which some are new. */
    EvaluationDataset with(List<RecordChange> told, int inserted, Instant at) {
        String user = updatedBy;
        for (RecordChange one : told) {
            user = one.user() == null ? user : one.user();
        }
        return new EvaluationDataset(
                id,
                name,
                Fingerprint.ofDataset(name, at),
                Json.write(RecordSchema.of(schema).with(told)),
                records + inserted,
                tags,
                createdAt,
                at,
                createdBy,
                user);
    }

    EvaluationDataset without(int deleted) {
        return new EvaluationDataset(
                id, name, digest, schema, records - deleted, tags, createdAt, updatedAt, createdBy, updatedBy);
    }
}
