package dev.trine.mlflow;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
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
        return traces.find(project, id).orElseThrow(() -> missing(id));
    }

    static MlflowException missing(String id) {
        return MlflowException.missing("Trace with ID '%s' not found.".formatted(id));
    }

    Map<String, Object> info(ProjectId project, Trace trace) {
        return infos(project, List.of(trace)).getFirst();
    }

    List<Map<String, Object>> infos(ProjectId project, List<Trace> of) {
        Map<ExperimentId, Long> numbers = experiments.numbersOf(
                project, of.stream().map(Trace::experimentId).toList());
        return of.stream()
                .map(trace -> TraceWire.info(trace, numbers.getOrDefault(trace.experimentId(), 0L)))
                .toList();
    }
}
