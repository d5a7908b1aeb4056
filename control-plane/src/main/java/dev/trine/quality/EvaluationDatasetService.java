package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Evaluation datasets, and who deleted them. Times are whole milliseconds, of which digests are made. */
@Service
class EvaluationDatasetService implements EvaluationDatasets {

    private final EvaluationDatasetStore datasets;
    private final EvaluationRecordStore records;
    private final Audit audit;
    private final IdSource ids;
    private static final int PIECE = 16;

    private final Clock clock;

    EvaluationDatasetService(
            EvaluationDatasetStore datasets, EvaluationRecordStore records, Audit audit, IdSource ids, Clock clock) {
        this.datasets = datasets;
        this.records = records;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public EvaluationDataset create(
            ProjectId project, String name, Map<String, String> tags, Collection<ExperimentId> experiments) {
        Instant now = now();
        String user = tags.get(EvaluationDataset.USER);
        var made = new EvaluationDataset(
                new EvaluationDatasetId(ids.next()),
                name,
                Fingerprint.ofDataset(name, now),
                null,
                0,
                tags,
                now,
                now,
                user,
                user);
        datasets.insert(project, made);
        datasets.putTags(project, made.id(), tags);
        datasets.add(project, made.id(), experiments);
        return made;
    }

    @Override
    public Optional<EvaluationDataset> find(ProjectId project, EvaluationDatasetId id) {
        return datasets.find(project, id);
    }

    @Override
    public Page<EvaluationDataset> search(
            ProjectId project,
            @Nullable Collection<ExperimentId> experiments,
            Search<EvaluationDatasetColumn> search,
            @Nullable String token,
            int size) {
        return datasets.search(project, experiments, search, token, size);
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, EvaluationDatasetId id) {
        if (datasets.delete(scope.projectId(), id)) {
            audit.record(scope, "evaluation-dataset.delete", id.toString(), Map.of());
        }
    }

    @Override
    @Transactional
    public void tag(ProjectId project, EvaluationDatasetId id, Map<String, String> tags) {
        lock(project, id);
        datasets.putTags(project, id, tags);
    }

    @Override
    @Transactional
    public void deleteTag(ProjectId project, EvaluationDatasetId id, String key) {
        datasets.deleteTag(project, id, key);
    }

    @Override
    public List<ExperimentId> experiments(ProjectId project, EvaluationDatasetId id) {
        return datasets.experiments(project, id);
    }

    @Override
    @Transactional
    public EvaluationDataset add(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments) {
        EvaluationDataset dataset = lock(project, id);
        datasets.add(project, id, experiments);
        return keep(dataset.touched(now()));
    }

    @Override
    @Transactional
    public EvaluationDataset remove(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments) {
        EvaluationDataset dataset = lock(project, id);
        return datasets.remove(project, id, experiments) == 0 ? dataset : keep(dataset.touched(now()));
    }

    @Override
    @Transactional
    public Upserted upsert(ProjectId project, EvaluationDatasetId id, List<RecordChange> told) {
        EvaluationDataset dataset = lock(project, id);
        Instant now = now();
        var newIds = Stream.generate(ids::next).limit(told.size()).sorted().iterator(); // so that the order stays
        int inserted = 0;
        // what is there already may be long, so it is read and written piece by piece
        for (int from = 0; from < told.size(); from += PIECE) {
            inserted += upsertPiece(project, id, told, from, newIds, now);
        }
        keep(dataset.with(told, inserted, now));
        return new Upserted(inserted, told.size() - inserted);
    }

    /** How many of the piece are new. */
    private int upsertPiece(
            ProjectId project,
            EvaluationDatasetId id,
            List<RecordChange> told,
            int from,
            Iterator<UUID> newIds,
            Instant now) {
        List<RecordChange> piece = told.subList(from, Math.min(told.size(), from + PIECE));
        List<String> hashes =
                piece.stream().map(one -> Fingerprint.ofInputs(one.inputs())).toList();
        Map<String, EvaluationRecord> known = records.byInputs(id, hashes);
        var changed = new LinkedHashMap<String, EvaluationRecord>();
        for (int i = 0; i < piece.size(); i++) {
            String hash = hashes.get(i);
            EvaluationRecord before = changed.getOrDefault(hash, known.get(hash));
            EvaluationRecord after = before == null
                    ? EvaluationRecord.first(new EvaluationRecordId(newIds.next()), piece.get(i), now)
                    : before.after(piece.get(i), now);
            if (after.length() > EvaluationRecord.LONGEST) {
                throw TrineException.invalid(
                        "records[%d]".formatted(from + i),
                        "a record has at most %d characters of JSON, with this one would have %d"
                                .formatted(EvaluationRecord.LONGEST, after.length()));
            }
            changed.put(hash, after);
        }
        records.put(project, id, changed);
        return changed.size() - known.size();
    }

    @Override
    public Page<EvaluationRecord> records(ProjectId project, EvaluationDatasetId id, @Nullable String token, int size) {
        return records.page(project, id, token, size);
    }

    @Override
    @Transactional
    public int deleteRecords(ProjectId project, EvaluationDatasetId id, Collection<EvaluationRecordId> gone) {
        EvaluationDataset dataset = lock(project, id);
        int deleted = records.delete(id, gone);
        keep(dataset.without(deleted));
        return deleted;
    }

    private EvaluationDataset lock(ProjectId project, EvaluationDatasetId id) {
        return datasets.lock(project, id).orElseThrow(() -> TrineException.notFound("evaluation dataset", id));
    }

    private EvaluationDataset keep(EvaluationDataset changed) {
        datasets.update(changed);
        return changed;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
