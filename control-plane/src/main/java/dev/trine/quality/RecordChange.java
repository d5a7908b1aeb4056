package dev.trine.quality;

import dev.trine.quality.EvaluationRecord.Source;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a record of an evaluation dataset.
 *
 * @param inputs tell which one
 * @param expectations null if none are told
 * @param source counts when the record is made
 */
public record RecordChange(
        Map<String, @Nullable Object> inputs,
        Outputs outputs,
        @Nullable Map<String, @Nullable Object> expectations,
        Map<String, @Nullable Object> tags,
        @Nullable Source source) {

    /** What was answered, if anything is said of it. */
    public sealed interface Outputs {

        record Untold() implements Outputs {}

        /** @param value null for one that is not known */
        record Told(@Nullable Object value) implements Outputs {}
    }

    /** Who tells it; null if it is not said. */
    @Nullable
    String user() {
        return tags.get(EvaluationDataset.USER) instanceof String user ? user : null;
    }
}
