package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.TraceWire.Location;
import dev.trine.mlflow.TraceWire.TraceTold;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.tracing.Trace;
import dev.trine.tracing.TraceSpan;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Traces on MLflow's wire, version 3: told as a whole, read and searched. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/traces", "/ajax-api/3.0/mlflow/traces"})
class MlflowTraceController {

    private final Traces traces;
    private final WiredTraces wired;
    private final WiredExperiments experiments;
    private final IdSource ids;
    private final Clock clock;

    MlflowTraceController(Traces traces, WiredTraces wired, WiredExperiments experiments, IdSource ids, Clock clock) {
        this.traces = traces;
        this.wired = wired;
        this.experiments = experiments;
        this.ids = ids;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Told(@JsonProperty("trace_info") @Nullable TraceTold info) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record StartTrace(@Nullable Told trace) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record TraceIds(@JsonProperty("trace_ids") @Nullable List<String> ids) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchTraces(
            @Nullable List<Location> locations,
            @Nullable String filter,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("order_by") @Nullable List<String> orderBy,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    @PostMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> start(ProjectScope scope, @RequestBody StartTrace asked) {
        TraceTold info = asked.trace() == null ? null : asked.trace().info();
        if (info == null) {
            throw MlflowLimits.lacks("trace");
        }
        Location location = info.location();
        Experiment experiment =
                experiments.active(scope.projectId(), location == null ? null : location.experimentId());
        Trace trace = info.of(experiment.id(), () -> MlflowWire.assessmentId(ids.next()), clock.instant());
        traces.put(scope, trace);
        return answer(scope.projectId(), wired.of(scope.projectId(), trace.id()));
    }

    @GetMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> info(ProjectScope scope, @PathVariable String id) {
        return answer(scope.projectId(), wired.of(scope.projectId(), id));
    }

    private Map<String, Object> answer(ProjectId project, Trace trace) {
        return Map.of("trace", Map.of("trace_info", wired.info(project, trace)));
    }

    @GetMapping("/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> whole(ProjectScope scope, @RequestParam("trace_id") String id) {
        Trace trace = wired.of(scope.projectId(), id);
        return Map.of("trace", whole(scope.projectId(), List.of(trace)).getFirst());
    }

    @GetMapping("/batchGet")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> all(ProjectScope scope, @RequestParam("trace_ids") List<String> ids) {
        return Map.of("traces", whole(scope.projectId(), traces.find(scope.projectId(), ids)));
    }

    @PostMapping("/batchGetInfos")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> infos(ProjectScope scope, @RequestBody TraceIds asked) {
        return Map.of(
                "trace_infos",
                wired.infos(scope.projectId(), traces.find(scope.projectId(), MlflowWire.list(asked.ids()))));
    }

    private List<Map<String, Object>> whole(ProjectId project, List<Trace> found) {
        Map<String, List<TraceSpan>> spans =
                traces.spans(project, found.stream().map(Trace::id).toList());
        List<Map<String, Object>> infos = wired.infos(project, found);
        return IntStream.range(0, found.size())
                .mapToObj(i -> SpanWire.trace(
                        infos.get(i), spans.getOrDefault(found.get(i).id(), List.of())))
                .toList();
    }

    @PostMapping("/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> search(ProjectScope scope, @RequestBody SearchTraces asked) {
        int most = MlflowPages.traces(asked.maxResults());
        Map<ExperimentId, Long> numbers = experiments.numbers(
                scope.projectId(),
                MlflowWire.list(asked.locations()).stream()
                        .map(Location::experimentId)
                        .filter(Objects::nonNull)
                        .toList());
        Page<Trace> page = traces.search(
                scope.projectId(),
                numbers.keySet(),
                Searches.traces(asked.filter(), asked.orderBy()),
                asked.pageToken(),
                most);
        return MlflowPages.page("traces", wired.infos(scope.projectId(), page.items()), page.nextPageToken());
    }
}
