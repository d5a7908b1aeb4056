package dev.trine.mlflow;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which trace is meant on the wire, and what is told of it. */
@Component
class WiredTraces {

    private final Traces traces;
    private final WiredExperiments experiments;

    WiredTraces(Traces traces, WiredExperiments experiments) {
        this.traces = traces;
        this.experiments = experiments;
    }

    Trace of(ProjectId project, @Nullable String wireId) {
        String id = MlflowLimits.required("trace_id", wireId);
        return traces.find(project, id)
                .orElseThrow(() -> MlflowException.missing("Trace with ID '%s' not found.".formatted(id)));
    }

    Map<String, Object> info(ProjectId project, Trace trace) {
        return infos(project, List.of(trace)).getFirst();
    }

    List<Map<String, Object>> infos(ProjectId project, List<Trace> of) {
        var numbers = new HashMap<ExperimentId, Long>();
        return of.stream()
                .map(trace -> TraceWire.info(
                        trace,
                        numbers.computeIfAbsent(
                                trace.experimentId(), experiment -> experiments.number(project, experiment))))
                .toList();
    }
}
