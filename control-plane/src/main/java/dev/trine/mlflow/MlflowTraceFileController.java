package dev.trine.mlflow;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is kept with a trace, by what MLflow's own pages ask for it. */
@Hidden
@RestController
class MlflowTraceFileController {

    private static final String ATTACHMENTS = "attachments/";

    private final Traces traces;
    private final WiredTraces wired;
    private final TracedFiles traced;
    private final AttachedFiles attached;

    MlflowTraceFileController(Traces traces, WiredTraces wired, TracedFiles traced, AttachedFiles attached) {
        this.traces = traces;
        this.wired = wired;
        this.traced = traced;
        this.attached = attached;
    }

    /**
     * The spans of a trace as a file, or a file that was attached to it.
     *
     * @param path of what was attached; null for the spans
     */
    @GetMapping({"/ajax-api/2.0/mlflow/get-trace-artifact", "/ajax-api/3.0/mlflow/get-trace-artifact"})
    @Requires(Permission.EXPERIMENTS_READ)
    void file(
            ProjectScope scope,
            @RequestParam("request_id") String id,
            @RequestParam(required = false) @Nullable String path,
            HttpServletResponse response)
            throws IOException {
        Trace trace = wired.of(scope.projectId(), id);
        if (MlflowWire.text(path).isEmpty()) {
            String spans = traced.spans(scope, trace.id(), SpanFiles::writeThird)
                    .orElseThrow(() -> MlflowException.missing("Trace with ID '%s' has no spans.".formatted(id)));
            AttachedFiles.sendJson(TracedFiles.SPANS, spans, response);
        } else {
            String file = ATTACHMENTS + ArtifactPlaces.relative(MlflowWire.text(path));
            Artifact found = traces.file(scope.projectId(), trace.id(), file)
                    .orElseThrow(() -> MlflowException.missing("there is no artifact at " + path));
            attached.send(found, response);
        }
    }
}
