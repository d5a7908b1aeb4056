package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Traces as clients before MLflow 3 tell and read them: begun and ended by a call each, their spans in a file. */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow/traces", "/ajax-api/2.0/mlflow/traces"})
class MlflowTraceV2Controller {

    private final Traces traces;
    private final WiredTraces wired;
    private final WiredExperiments experiments;
    private final IdSource ids;
    private final Clock clock;

    MlflowTraceV2Controller(Traces traces, WiredTraces wired, WiredExperiments experiments, IdSource ids, Clock clock) {
        this.traces = traces;
        this.wired = wired;
        this.experiments = experiments;
        this.ids = ids;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record BeginTrace(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @JsonProperty("timestamp_ms") @Nullable Long timestamp,
            @JsonProperty("request_metadata") @Nullable List<Pair> metadata,
            @Nullable List<Pair> tags) {}

    /** @param status {@code OK}, {@code ERROR}, {@code IN_PROGRESS} or {@code TRACE_STATUS_UNSPECIFIED} */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record EndTrace(
            @JsonProperty("timestamp_ms") @Nullable Long timestamp,
            @Nullable String status,
            @JsonProperty("request_metadata") @Nullable List<Pair> metadata,
            @Nullable List<Pair> tags) {}

    @PostMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> begin(ProjectScope scope, @RequestBody BeginTrace asked) {
        Experiment experiment = experiments.active(scope.projectId(), asked.experimentId());
        Trace trace = new Trace(
                MlflowWire.hex(ids.next()),
                experiment.id(),
                null,
                null,
                null,
                moment(asked.timestamp()),
                null,
                Trace.State.IN_PROGRESS,
                entries(asked.metadata()),
                entries(asked.tags()),
                List.of());
        traces.put(scope, trace);
        return answer(scope, trace.id());
    }

    /** What it was told before stays, unless it is told anew. */
    @PatchMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> end(ProjectScope scope, @PathVariable String id, @RequestBody EndTrace asked) {
        Instant end = moment(asked.timestamp());
        Trace.State state = state(asked.status());
        Map<String, String> metadata = entries(asked.metadata());
        Map<String, String> tags = entries(asked.tags());
        return traces.change(
                        scope,
                        id,
                        begun -> new Trace(
                                begun.id(),
                                begun.experimentId(),
                                begun.clientRequestId(),
                                begun.requestPreview(),
                                begun.responsePreview(),
                                begun.requestedAt(),
                                Duration.between(begun.requestedAt(), end),
                                state,
                                metadata,
                                tags,
                                List.of()))
                .map(trace -> answer(scope, trace))
                .orElseThrow(() -> WiredTraces.missing(id));
    }

    @GetMapping("/{id}/info")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> info(ProjectScope scope, @PathVariable String id) {
        return answer(scope, id);
    }

    @GetMapping
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> search(
            ProjectScope scope,
            @RequestParam(name = "experiment_ids", required = false) @Nullable List<String> experimentIds,
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        List<String> of = MlflowWire.list(experimentIds);
        if (of.isEmpty()) {
            throw MlflowLimits.lacks("experiment_ids");
        }
        int most = MlflowPages.traces(maxResults);
        Map<ExperimentId, Long> numbers = experiments.numbers(scope.projectId(), of);
        Page<Trace> page =
                traces.search(scope.projectId(), numbers.keySet(), Searches.traces(filter, orderBy), pageToken, most);
        return MlflowPages.page(
                "traces",
                page.items().stream()
                        .map(trace -> json(trace, numbers.getOrDefault(trace.experimentId(), 0L)))
                        .toList(),
                page.nextPageToken());
    }

    private Map<String, Object> answer(ProjectScope scope, String id) {
        return answer(scope, wired.of(scope.projectId(), id));
    }

    private Map<String, Object> answer(ProjectScope scope, Trace trace) {
        return Map.of("trace_info", json(trace, experiments.number(scope.projectId(), trace.experimentId())));
    }

    private static Map<String, Object> json(Trace trace, long experiment) {
        Duration duration = trace.duration();
        var json = new LinkedHashMap<String, Object>();
        json.put("request_id", trace.id());
        json.put("experiment_id", Long.toString(experiment));
        json.put("timestamp_ms", trace.requestedAt().toEpochMilli());
        json.put("execution_time_ms", duration == null ? 0 : duration.toMillis());
        json.put(
                "status",
                trace.state() == Trace.State.STATE_UNSPECIFIED
                        ? "TRACE_STATUS_UNSPECIFIED"
                        : trace.state().name());
        json.put("request_metadata", MlflowWire.pairs(trace.metadata()));
        json.put("tags", MlflowWire.pairs(TraceWire.tags(trace, experiment)));
        return json;
    }

    private Instant moment(@Nullable Long timestamp) {
        return timestamp == null ? clock.instant() : MlflowWire.instant("timestamp_ms", timestamp);
    }

    private static Trace.State state(@Nullable String status) {
        return switch (MlflowWire.text(status)) {
            case "OK" -> Trace.State.OK;
            case "ERROR" -> Trace.State.ERROR;
            case "IN_PROGRESS" -> Trace.State.IN_PROGRESS;
            case "", "TRACE_STATUS_UNSPECIFIED" -> Trace.State.STATE_UNSPECIFIED;
            default -> throw MlflowException.invalid("Invalid value '%s' for parameter 'status'".formatted(status));
        };
    }

    private static Map<String, String> entries(@Nullable List<Pair> pairs) {
        var entries = new LinkedHashMap<String, String>();
        for (Pair pair : MlflowWire.list(pairs)) {
            entries.put(MlflowLimits.required("key", pair.key()), MlflowWire.text(pair.value()));
        }
        return entries;
    }
}
