package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluation datasets: questions, and what would be right. What changes one throws {@link dev.trine.shared.TrineException}
 * {@code NOT_FOUND} if the project has none of this id.
 */
public interface EvaluationDatasets {

    /** @param tags the one named {@value EvaluationDataset#USER} is who makes it */
    EvaluationDataset create(
            ProjectId project, String name, Map<String, String> tags, Collection<ExperimentId> experiments);

    Optional<EvaluationDataset> find(ProjectId project, EvaluationDatasetId id);

    /**
     * A page of the project's datasets; without an order the latest first.
     *
     * @param experiments those of which some have it; null for all there are
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<EvaluationDataset> search(
            ProjectId project,
            @Nullable Collection<ExperimentId> experiments,
            Search<EvaluationDatasetColumn> search,
            @Nullable String token,
            int size);

    /** Deletes it with its records, for ever, if it is there. */
    void delete(ProjectScope scope, EvaluationDatasetId id);

    /** Adds tags, and changes those that are there. */
    void tag(ProjectId project, EvaluationDatasetId id, Map<String, String> tags);

    /** Takes a tag away, if it is there. */
    void deleteTag(ProjectId project, EvaluationDatasetId id, String key);

    /** The experiments that have it, the first made first. */
    List<ExperimentId> experiments(ProjectId project, EvaluationDatasetId id);

    /** Gives it to experiments, too; those that have it already keep it. */
    EvaluationDataset add(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments);

    /** Takes it from experiments, if they have it. */
    EvaluationDataset remove(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments);

    /** Makes the records whose inputs the dataset does not have yet, and changes the others; what is told later counts. */
    Upserted upsert(ProjectId project, EvaluationDatasetId id, List<RecordChange> records);

    /** @param updated how many tellings were of inputs that were there already */
    record Upserted(int inserted, int updated) {}

    /**
     * A page of its records, the first made first.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<EvaluationRecord> records(ProjectId project, EvaluationDatasetId id, @Nullable String token, int size);

    /** How many of these there were. */
    int deleteRecords(ProjectId project, EvaluationDatasetId id, Collection<EvaluationRecordId> records);
}
