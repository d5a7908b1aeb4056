package dev.trine.mlflow;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.tracing.TraceSpan;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes spans by OpenTelemetry's protocol over HTTP (OTLP 1.x, protobuf or JSON), from MLflow's clients and from any exporter. The
 * header {@code x-mlflow-experiment-id} says whose they are; without it they are the project's own experiment's.
 */
@Hidden
@RestController
class OtlpTraceController {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final int MOST_BYTES = 64 << 20;

    private final Traces traces;
    private final WiredExperiments experiments;
    private final WiredRuns runs;

    OtlpTraceController(Traces traces, WiredExperiments experiments, WiredRuns runs) {
        this.traces = traces;
        this.experiments = experiments;
        this.runs = runs;
    }

    /** Answers with an {@code ExportTraceServiceResponse}, which is empty when all was taken. */
    @PostMapping(path = "/v1/traces", produces = PROTOBUF)
    @Requires(Permission.EXPERIMENTS_WRITE)
    byte[] export(
            ProjectScope scope,
            @RequestHeader(name = "x-mlflow-experiment-id", required = false) @Nullable String experiment,
            @RequestHeader(name = "x-mlflow-run-id", required = false) @Nullable String run,
            HttpServletRequest request)
            throws IOException {
        ExperimentId of = experiments.active(scope.projectId(), experiment).id();
        byte[] body = body(request);
        String type = request.getContentType();
        boolean json = type != null && type.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_JSON_VALUE);
        List<TraceSpan> spans = SpanWire.spans(
                json && body.length > 0
                        ? SpanWire.request(new String(body, StandardCharsets.UTF_8))
                        : SpanWire.request(body));
        traces.addSpans(scope.projectId(), of, spans);
        if (run != null) {
            traces.link(
                    scope.projectId(),
                    spans.stream().map(TraceSpan::traceId).distinct().toList(),
                    MlflowWire.hex(runs.of(scope.projectId(), run).id().value()));
        }
        return new byte[0];
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        String encoding = request.getHeader("Content-Encoding");
        try (InputStream bytes = decoded(request.getInputStream(), encoding == null ? "" : encoding)) {
            byte[] read = bytes.readNBytes(MOST_BYTES + 1);
            if (read.length > MOST_BYTES) {
                throw MlflowException.invalid("a request has at most %d MiB of spans".formatted(MOST_BYTES >> 20));
            }
            return read;
        } catch (ZipException e) {
            throw MlflowException.invalid("the body is not what its Content-Encoding says: " + e.getMessage());
        }
    }

    private static InputStream decoded(InputStream bytes, String encoding) throws IOException {
        return switch (encoding) {
            case "", "identity" -> bytes;
            case "gzip" -> new GZIPInputStream(bytes);
            case "deflate" -> new InflaterInputStream(bytes);
            default -> throw MlflowException.invalid("Unsupported Content-Encoding: " + encoding);
        };
    }
}
