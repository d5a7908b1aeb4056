package dev.trine.tracing;

import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.Search.Match;
import dev.trine.shared.Search.Stage;
import dev.trine.shared.SearchPageRequest;
import dev.trine.shared.TrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Traces on Trine's own API, to be looked at. */
@RestController
@RequestMapping("/api/v1")
class TraceController {

    private final Traces traces;
    private final Experiments experiments;

    TraceController(Traces traces, Experiments experiments) {
        this.traces = traces;
        this.experiments = experiments;
    }

    /**
     * The traces of an experiment, newest first.
     *
     * @param state only those in this state
     * @param run only those of this run
     * @param text only those that have a span with this text in its name or attributes, which inputs and outputs are among; in any case
     */
    @GetMapping("/experiments/{id}/traces")
    @Requires(Permission.EXPERIMENTS_READ)
    Page<TraceSummary> list(
            ProjectScope scope,
            @PathVariable ExperimentId id,
            @RequestParam(required = false) Trace.@Nullable State state,
            @RequestParam(required = false) @Nullable RunId run,
            @RequestParam(required = false) @Nullable String text,
            SearchPageRequest page) {
        Experiment experiment = experiments.experiment(scope.projectId(), id);
        Page<Trace> found = traces.search(
                scope.projectId(), Set.of(experiment.id()), search(state, run, text), page.token(), page.size());
        Map<String, List<RunId>> runs = traces.runs(
                scope.projectId(), found.items().stream().map(Trace::id).toList());
        return found.map(trace -> TraceSummary.of(trace, runs.getOrDefault(trace.id(), List.of())));
    }

    private static Search<TraceColumn> search(Trace.@Nullable State state, @Nullable RunId run, @Nullable String text) {
        var where = new ArrayList<Condition<TraceColumn>>();
        if (state != null) {
            where.add(new Condition.Text<>(TraceColumn.Attribute.STATE, Match.EQUAL, state.name()));
        }
        if (run != null) {
            where.add(new Condition.Text<>(TraceColumn.Attribute.RUN, Match.EQUAL, TraceRunStore.digits(run)));
        }
        if (text != null && !text.isEmpty()) {
            where.add(new Condition.Text<>(TraceColumn.Span.CONTENT, Match.WITHIN_IN_ANY_CASE, text));
        }
        return new Search<>(Stage.ACTIVE, where, List.of());
    }

    /** A trace with its metadata, what is said of it, and its spans. */
    @GetMapping("/traces/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    TraceDetails get(ProjectScope scope, @PathVariable String id) {
        Trace trace = traces.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("trace", id));
        List<String> one = List.of(trace.id());
        return TraceDetails.of(
                trace,
                traces.runs(scope.projectId(), one).getOrDefault(id, List.of()),
                traces.spans(scope.projectId(), one).getOrDefault(id, List.of()));
    }
}
