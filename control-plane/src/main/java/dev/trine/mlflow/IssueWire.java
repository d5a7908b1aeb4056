package dev.trine.mlflow;

import dev.trine.quality.Issue;
import dev.trine.quality.Issue.Severity;
import dev.trine.quality.Issue.Status;
import dev.trine.quality.IssueId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues as MLflow's JSON and back. Lengths are characters. */
final class IssueWire {

    private static final String PREFIX = "iss-";
    private static final int LONGEST_NAME = 250;
    private static final int LONGEST_DESCRIPTION = 100_000;
    private static final int LONGEST_TEXT = 1_000;
    private static final int MOST_TEXTS = 100;

    private IssueWire() {}

    /** Empty if no issue can have this id. */
    static Optional<IssueId> id(String wire) {
        return MlflowWire.id(PREFIX, wire).map(IssueId::new);
    }

    static String name(String name) {
        return MlflowLimits.shortEnough("name", name, LONGEST_NAME);
    }

    static String description(String description) {
        return MlflowLimits.shortEnough("description", description, LONGEST_DESCRIPTION);
    }

    /** Null of none and of an empty one. */
    static @Nullable String given(String what, @Nullable String text) {
        return text == null || text.isEmpty() ? null : MlflowLimits.shortEnough(what, text, LONGEST_NAME);
    }

    static List<String> texts(String what, @Nullable List<String> given) {
        List<String> texts = MlflowWire.list(given);
        if (texts.size() > MOST_TEXTS) {
            throw MlflowException.invalid(
                    "Invalid value for parameter '%s' supplied: it can have at most %d entries, got %d"
                            .formatted(what, MOST_TEXTS, texts.size()));
        }
        texts.forEach(text -> MlflowLimits.shortEnough(what, text, LONGEST_TEXT));
        return texts;
    }

    /** Null of none. */
    static @Nullable Status status(@Nullable String wire) {
        return constant("status", Status.values(), wire);
    }

    /** Null of none. */
    static @Nullable Severity severity(@Nullable String wire) {
        return constant("severity", Severity.values(), wire);
    }

    private static <E extends Enum<E>> @Nullable E constant(String what, E[] all, @Nullable String wire) {
        if (wire == null || wire.isEmpty()) {
            return null;
        }
        return Arrays.stream(all)
                .filter(one -> wire(one).equals(wire))
                .findFirst()
                .orElseThrow(() ->
                        MlflowException.invalid("Invalid value '%s' for parameter '%s' supplied. Valid values are %s"
                                .formatted(
                                        wire,
                                        what,
                                        Arrays.stream(all).map(IssueWire::wire).toList())));
    }

    private static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> json(Issue issue, long experiment) {
        var json = new LinkedHashMap<String, Object>();
        json.put("issue_id", PREFIX + MlflowWire.hex(issue.id().value()));
        json.put("experiment_id", Long.toString(experiment));
        json.put("name", issue.name());
        json.put("description", issue.description());
        json.put("status", wire(issue.status()));
        Severity severity = issue.severity();
        if (severity != null) {
            json.put("severity", wire(severity));
        }
        json.put("root_causes", issue.rootCauses());
        json.put("categories", issue.categories());
        if (issue.sourceRun() != null) {
            json.put("source_run_id", issue.sourceRun());
        }
        if (issue.createdBy() != null) {
            json.put("created_by", issue.createdBy());
        }
        json.put("created_timestamp", issue.createdAt().toEpochMilli());
        json.put("last_updated_timestamp", issue.updatedAt().toEpochMilli());
        return json;
    }
}
