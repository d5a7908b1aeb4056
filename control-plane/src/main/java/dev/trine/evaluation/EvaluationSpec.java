package dev.trine.evaluation;

import dev.trine.data.Datasets;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to measure, and on which data. */
public record EvaluationSpec(Subject model, EvaluationSet data) {

    /**
     * A registered model ({@code name} with {@code version} or {@code alias}), or a run's artifact ({@code runId} with {@code
     * artifactPath}).
     */
    @Schema(name = "EvaluationSubject")
    public record Subject(
            @Nullable String name,
            @Nullable Integer version,
            @Nullable String alias,
            @Nullable String runId,
            @Nullable String artifactPath) {

        static final String DEFAULT_PATH = "model";
    }

    /**
     * @param dataset name or id
     * @param version number; the latest by default
     * @param split name of a split; without one the whole version is read
     * @param part part of the split, {@code test} by default
     * @param labelColumn the column with the truth; the version's own by default
     */
    public record EvaluationSet(
            String dataset,
            @Nullable Integer version,
            @Nullable String split,
            @Nullable String part,
            @Nullable String labelColumn) {

        Datasets.Reference reference() {
            return new Datasets.Reference(dataset, version, split, split == null ? null : part == null ? "test" : part);
        }
    }

    void check() {
        List<Violation> found = new ArrayList<>();
        boolean registered = model.name() != null;
        boolean ofRun = model.runId() != null;
        if (registered == ofRun) {
            found.add(new Violation("model", "name either a registered model (name) or a run (runId)"));
        }
        if (registered && (model.version() == null) == (model.alias() == null)) {
            found.add(new Violation("model.version", "give either version or alias"));
        }
        if (data.part() != null && data.split() == null) {
            found.add(new Violation("data.split", "a part belongs to a split; name the split"));
        }
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
    }
}
