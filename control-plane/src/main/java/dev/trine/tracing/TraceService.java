package dev.trine.tracing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.SnapshotRead;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Traces, and who deleted them. */
@Service
class TraceService implements Traces {

    private final TraceStore traces;
    private final TraceRunStore runs;
    private final SpanStore spans;
    private final AssessmentStore assessments;
    private final TraceFileStore files;
    private final Audit audit;
    private final Clock clock;

    TraceService(
            TraceStore traces,
            TraceRunStore runs,
            SpanStore spans,
            AssessmentStore assessments,
            TraceFileStore files,
            Audit audit,
            Clock clock) {
        this.traces = traces;
        this.runs = runs;
        this.spans = spans;
        this.assessments = assessments;
        this.files = files;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    @Transactional
    public void put(ProjectScope scope, Trace trace) {
        ProjectId project = scope.projectId();
        traces.put(project, trace);
        String run = trace.metadata().get(Trace.SOURCE_RUN);
        if (run != null) {
            runs.link(project, Set.of(trace.id()), run);
        }
        trace.assessments().forEach(assessment -> assessments.put(project, assessment));
    }

    @Override
    @Transactional
    public void addSpans(ProjectId project, ExperimentId experiment, List<TraceSpan> told) {
        // in one order, so that no two writers wait for each other
        Map<String, List<TraceSpan>> byTrace =
                told.stream().collect(groupingBy(TraceSpan::traceId, TreeMap::new, toList()));
        byTrace.forEach((id, ofTrace) -> {
            traces.tell(project, SpanSummary.of(id, experiment, ofTrace));
            spans.put(project, ofTrace);
        });
    }

    @Override
    @Transactional
    public Optional<Trace> change(ProjectScope scope, String id, UnaryOperator<Trace> change) {
        if (!traces.lock(scope.projectId(), id)) {
            return Optional.empty();
        }
        find(scope.projectId(), id).ifPresent(before -> put(scope, change.apply(before)));
        return find(scope.projectId(), id);
    }

    @Override
    @Transactional
    public boolean addSpans(ProjectId project, String id, List<TraceSpan> told) {
        if (!traces.lock(project, id)) {
            return false;
        }
        find(project, id).ifPresent(trace -> addSpans(project, trace.experimentId(), told));
        return true;
    }

    @Override
    @Transactional
    public boolean attach(ProjectId project, String id, Artifact file) {
        return files.put(project, id, file, clock.instant());
    }

    @Override
    public Optional<Artifact> file(ProjectId project, String id, String path) {
        return files.find(project, id, path);
    }

    @Override
    public List<Artifact> files(ProjectId project, String id) {
        return files.of(project, id);
    }

    @Override
    @SnapshotRead
    public Optional<Trace> find(ProjectId project, String id) {
        return find(project, List.of(id)).stream().findFirst();
    }

    @Override
    @SnapshotRead
    public List<Trace> find(ProjectId project, Collection<String> ids) {
        return complete(project, traces.find(project, ids));
    }

    private List<Trace> complete(ProjectId project, List<Trace> bare) {
        Map<String, List<Assessment>> said =
                assessments.of(project, bare.stream().map(Trace::id).toList());
        return traces.complete(project, bare, said);
    }

    @Override
    public Map<String, List<TraceSpan>> spans(ProjectId project, Collection<String> ids) {
        return spans.of(project, ids);
    }

    @Override
    @SnapshotRead
    public Page<Trace> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<TraceColumn> search,
            @Nullable String token,
            int size) {
        Page<Trace> page = traces.search(project, experiments, search, token, size);
        return new Page<>(complete(project, page.items()), page.nextPageToken());
    }

    @Override
    @Transactional
    public int delete(ProjectScope scope, ExperimentId experiment, Collection<String> ids) {
        return audited(scope, experiment, traces.delete(scope.projectId(), experiment, ids));
    }

    @Override
    @Transactional
    public int deleteUntil(ProjectScope scope, ExperimentId experiment, Instant moment, int most) {
        return audited(scope, experiment, traces.deleteUntil(scope.projectId(), experiment, moment, most));
    }

    private int audited(ProjectScope scope, ExperimentId experiment, int deleted) {
        if (deleted > 0) {
            audit.record(
                    scope,
                    "experiment.traces.delete",
                    experiment.toString(),
                    Map.of("traces", Integer.toString(deleted)));
        }
        return deleted;
    }

    @Override
    @Transactional
    public void tag(ProjectId project, String id, String key, String value) {
        traces.putTags(project, id, Map.of(key, value));
    }

    @Override
    @Transactional
    public boolean deleteTag(ProjectId project, String id, String key) {
        return traces.deleteTag(project, id, key);
    }

    @Override
    @Transactional
    public void link(ProjectId project, Collection<String> ids, String run) {
        runs.link(project, ids, run);
    }

    @Override
    public Map<String, List<RunId>> runs(ProjectId project, Collection<String> ids) {
        return runs.of(project, ids);
    }

    @Override
    @Transactional
    public void assess(ProjectId project, Assessment assessment) {
        assessments.put(project, assessment);
        if (assessment.overrides() != null) {
            assessments.setValid(project, assessment.traceId(), assessment.overrides(), false);
        }
    }

    @Override
    public Optional<Assessment> assessment(ProjectId project, String trace, String id) {
        return assessments.find(project, trace, id);
    }

    @Override
    @Transactional
    public boolean deleteAssessment(ProjectId project, String trace, String id) {
        Optional<Assessment> found = assessments.find(project, trace, id);
        found.ifPresent(gone -> {
            if (gone.overrides() != null) {
                assessments.setValid(project, trace, gone.overrides(), true);
            }
            assessments.delete(project, trace, id);
        });
        return found.isPresent();
    }
}
