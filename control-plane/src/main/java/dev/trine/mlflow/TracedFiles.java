package dev.trine.mlflow;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectScope;
import dev.trine.mlflow.ArtifactPlaces.Place;
import dev.trine.storage.Blobs;
import dev.trine.tracing.Trace;
import dev.trine.tracing.TraceSpan;
import dev.trine.tracing.Traces;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * What clients keep with a trace by the artifact proxy: files that they attach to it, and, where they know of no server that takes
 * spans, the spans themselves in a file of the name {@value #SPANS}, which is taken apart here and put together again when it is asked for.
 */
@Component
class TracedFiles {

    static final String SPANS = "traces.json";
    private static final int MOST_BYTES = 64 << 20;

    private final Traces traces;
    private final Blobs blobs;

    TracedFiles(Traces traces, Blobs blobs) {
        this.traces = traces;
        this.blobs = blobs;
    }

    void put(ProjectScope scope, Place.Traced place, InputStream bytes) throws IOException {
        if (place.path().equals(SPANS)) {
            Trace trace = place.trace();
            byte[] file = bytes.readNBytes(MOST_BYTES + 1);
            if (file.length > MOST_BYTES) {
                throw MlflowException.invalid("a trace has at most %d MiB of spans".formatted(MOST_BYTES >> 20));
            }
            required(trace, traces.addSpans(scope.projectId(), trace.id(), SpanFiles.read(trace.id(), file)));
        } else {
            Blobs.Blob blob = blobs.put(scope.projectId(), bytes);
            var file = new Artifact(place.path(), blob.objectKey(), blob.sha256(), blob.sizeBytes());
            required(
                    place.trace(),
                    traces.attach(scope.projectId(), place.trace().id(), file));
        }
    }

    /** It may have been deleted while the file came. */
    private static void required(Trace trace, boolean there) {
        if (!there) {
            throw WiredTraces.missing(trace.id());
        }
    }

    /** The spans of a trace as a file of the form that is written; empty if nobody has told any. */
    Optional<String> spans(ProjectScope scope, String trace, Function<List<TraceSpan>, String> form) {
        List<TraceSpan> spans = traces.spans(scope.projectId(), List.of(trace)).getOrDefault(trace, List.of());
        return spans.isEmpty() ? Optional.empty() : Optional.of(form.apply(spans));
    }
}
