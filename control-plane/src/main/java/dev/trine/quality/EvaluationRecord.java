package dev.trine.quality;

import dev.trine.quality.RecordChange.Outputs;
import dev.trine.shared.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An example of an evaluation dataset. Values are those of JSON: texts, numbers, booleans, null, maps and lists of them.
 *
 * @param inputs what is asked; no other record of the dataset has the same
 * @param outputs what was answered; null if it is not known
 * @param expectations what would be right; null if nobody has said
 * @param source where it is from
 * @param createdBy who made it, in the client's words
 * @param updatedBy who changed it last, in the client's words
 */
public record EvaluationRecord(
        EvaluationRecordId id,
        Map<String, @Nullable Object> inputs,
        @Nullable Object outputs,
        @Nullable Map<String, @Nullable Object> expectations,
        Map<String, @Nullable Object> tags,
        @Nullable Source source,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String createdBy,
        @Nullable String updatedBy) {

    /**
     * Where a record is from.
     *
     * @param details such as {@code trace_id}
     */
    public record Source(Type type, Map<String, @Nullable Object> details) {

        /** Named as on MLflow's wire. */
        public enum Type {
            UNSPECIFIED,
            TRACE,
            HUMAN,
            DOCUMENT,
            CODE
        }
    }

    /** Characters of JSON that a record can have. */
    public static final int LONGEST = 1_000_000;

    /** Its characters as JSON. */
    long length() {
        return Stream.of(
                        inputs,
                        outputs == null ? "" : outputs,
                        expectations == null ? "" : expectations,
                        tags,
                        source == null ? "" : source.details())
                .mapToLong(value -> Json.write(value).length())
                .sum();
    }

    /** The record that a first telling makes. */
    static EvaluationRecord first(EvaluationRecordId id, RecordChange told, Instant now) {
        String user = told.user();
        return new EvaluationRecord(
                id,
                told.inputs(),
                switch (told.outputs()) {
                    case Outputs.Untold _ -> Map.of();
                    case Outputs.Told(Object value) -> value;
                },
                told.expectations(),
                told.tags(),
                told.source(),
                now,
                now,
                user,
                user);
    }

    /** The same record after another telling of its inputs: outputs are replaced, expectations and tags added. */
    EvaluationRecord after(RecordChange told, Instant now) {
        String user = told.user();
        return new EvaluationRecord(
                id,
                inputs,
                switch (told.outputs()) {
                    case Outputs.Untold _ -> outputs;
                    case Outputs.Told(Object value) -> value;
                },
                both(expectations, told.expectations()),
                joined(tags, told.tags()),
                source,
                createdAt,
                now,
                createdBy,
                user == null ? updatedBy : user);
    }

    private static @Nullable Map<String, @Nullable Object> both(
            @Nullable Map<String, @Nullable Object> before, @Nullable Map<String, @Nullable Object> added) {
        return before == null || added == null ? (before == null ? added : before) : joined(before, added);
    }

    private static Map<String, @Nullable Object> joined(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> added) {
        var all = new LinkedHashMap<String, @Nullable Object>(before);
        all.putAll(added);
        return all;
    }
}
