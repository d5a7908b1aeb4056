package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.shared.Json;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** What becomes of traces on MLflow's wire: tags, links and deletion. */
@Hidden
@RestController
@MlflowPaths
class MlflowTraceChangeController {

    private static final int MOST_LINKED = 100;
    private static final String LINKED_PROMPTS = "mlflow.linkedPrompts";
    private static final TypeReference<List<PromptVersion>> PROMPTS = new TypeReference<>() {};

    private final Traces traces;
    private final WiredTraces wired;
    private final WiredRuns runs;
    private final WiredExperiments experiments;

    MlflowTraceChangeController(Traces traces, WiredTraces wired, WiredRuns runs, WiredExperiments experiments) {
        this.traces = traces;
        this.wired = wired;
        this.runs = runs;
        this.experiments = experiments;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record TraceTagNamed(@Nullable String key) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeleteTraces(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @JsonProperty("max_timestamp_millis") @Nullable Long until,
            @JsonProperty("max_traces") @Nullable Integer most,
            @JsonProperty("request_ids") @Nullable List<String> ids) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LinkTraces(
            @JsonProperty("trace_ids") @Nullable List<String> ids,
            @JsonProperty("run_id") @Nullable String runId) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record PromptVersion(@Nullable String name, @Nullable String version) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LinkPrompts(
            @JsonProperty("trace_id") @Nullable String traceId,
            @JsonProperty("prompt_versions") @Nullable List<PromptVersion> prompts) {}

    @PatchMapping("/traces/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> setTag(ProjectScope scope, @PathVariable String id, @RequestBody Pair asked) {
        MlflowLimits.required("key", asked.key());
        var tag = MlflowLimits.tag("", asked.key(), asked.value());
        traces.tag(scope.projectId(), wired.of(scope.projectId(), id).id(), tag.getKey(), tag.getValue());
        return Map.of();
    }

    @DeleteMapping("/traces/{id}/tags")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> deleteTag(ProjectScope scope, @PathVariable String id, @RequestBody TraceTagNamed asked) {
        String key = MlflowLimits.required("key", asked.key());
        if (!traces.deleteTag(scope.projectId(), wired.of(scope.projectId(), id).id(), key)) {
            throw MlflowException.missing("No trace tag with key '%s' for trace with ID '%s'".formatted(key, id));
        }
        return Map.of();
    }

    @PostMapping("/traces/delete-traces")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @RequestBody DeleteTraces asked) {
        List<String> ids = MlflowWire.list(asked.ids());
        if (asked.until() == null && ids.isEmpty()) {
            throw MlflowException.invalid("Either `max_timestamp_millis` or `trace_ids` must be specified.");
        }
        if (asked.until() != null && !ids.isEmpty()) {
            throw MlflowException.invalid("Only one of `max_timestamp_millis` and `trace_ids` can be specified.");
        }
        if (!ids.isEmpty() && asked.most() != null) {
            throw MlflowException.invalid("`max_traces` can't be specified if `trace_ids` is specified.");
        }
        if (asked.most() != null && asked.most() <= 0) {
            throw MlflowException.invalid(
                    "`max_traces` must be a positive integer, received %d.".formatted(asked.most()));
        }
        ExperimentId experiment = experiments
                .of(scope.projectId(), MlflowLimits.required("experiment_id", asked.experimentId()))
                .id();
        int deleted = asked.until() == null
                ? traces.delete(scope, experiment, ids)
                : traces.deleteUntil(
                        scope,
                        experiment,
                        MlflowWire.instant("max_timestamp_millis", asked.until()),
                        asked.most() == null ? Integer.MAX_VALUE : asked.most());
        return Map.of("traces_deleted", deleted);
    }

    @PostMapping("/traces/link-to-run")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> link(ProjectScope scope, @RequestBody LinkTraces asked) {
        List<String> ids = MlflowWire.list(asked.ids());
        if (ids.size() > MOST_LINKED) {
            throw MlflowException.invalid(
                    "Cannot link more than %d traces to a run in a single request. Provided %d traces."
                            .formatted(MOST_LINKED, ids.size()));
        }
        RunId run = runs.of(scope.projectId(), asked.runId()).id();
        traces.link(scope.projectId(), ids, MlflowWire.hex(run.value()));
        return Map.of();
    }

    /** Adds versions of prompts to the tag that lists those which the trace used. */
    @PostMapping("/traces/link-prompts")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> linkPrompts(ProjectScope scope, @RequestBody LinkPrompts asked) {
        Trace trace = wired.of(scope.projectId(), asked.traceId());
        var prompts = new LinkedHashSet<PromptVersion>(linked(trace));
        prompts.addAll(MlflowWire.list(asked.prompts()));
        traces.tag(scope.projectId(), trace.id(), LINKED_PROMPTS, Json.write(prompts));
        return Map.of();
    }

    private static List<PromptVersion> linked(Trace trace) {
        try {
            return Json.read(trace.tags().getOrDefault(LINKED_PROMPTS, "[]"), PROMPTS);
        } catch (JacksonException somebodysOwn) {
            return List.of();
        }
    }
}
