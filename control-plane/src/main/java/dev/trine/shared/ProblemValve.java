package dev.trine.shared;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** What the HTTP server refuses by itself, before any handler is asked, has the form of its wire too: a {@link Problem} on our own. */
final class ProblemValve extends ErrorReportValve {

    private static final int FIRST_ERROR = 400;

    private final IdSource ids;
    private final List<WireErrors> wires;

    ProblemValve(IdSource ids, List<WireErrors> wires) {
        this.ids = ids;
        this.wires = List.copyOf(wires);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < FIRST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var open = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, open);
        if (!open.get()) {
            return;
        }
        ErrorCode code = code(response.getStatus(), failure);
        String known = response.getHeader(RequestIds.HEADER);
        String requestId = known == null ? ids.next().toString() : known;
        response.setHeader(RequestIds.HEADER, requestId);
        try {
            Optional<WireErrors.Told> foreign = foreign(request, code);
            response.setStatus(
                    foreign.map(WireErrors.Told::status).orElse(code.status()).value());
            response.setContentType(
                    foreign.isPresent() ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            Writer body = response.getReporter();
            if (body != null) {
                body.write(Json.write(foreign.map(WireErrors.Told::body)
                        .orElseGet(() -> Problem.of(code, detail(code), List.of(), requestId))));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException gone) {
            containerLog.debug("nobody was there to be refused", gone);
        }
    }

    private Optional<WireErrors.Told> foreign(Request request, ErrorCode code) {
        String uri = request.getRequestURI();
        return wires.stream()
                .filter(wire -> uri != null && wire.speaksAt(ProjectPaths.bare(uri)))
                .findFirst()
                .map(wire -> wire.of(new Refusal(code, detail(code), List.of(), HttpHeaders.EMPTY)));
    }

    /** What is no failure of ours is one of the request, also what HTTP has a 5xx for: a version, method or encoding unknown here. */
    private static ErrorCode code(int status, @Nullable Throwable failure) {
        return switch (status) {
            case 404 -> ErrorCode.NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 414 -> ErrorCode.TARGET_TOO_LONG;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 500 -> ErrorCode.INTERNAL;
            default -> failure == null || status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL;
        };
    }

    private static String detail(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND -> "there is nothing at this path";
            case METHOD_NOT_ALLOWED -> "this method is not taken here";
            case INTERNAL -> "this is our mistake; the request id finds it in the logs";
            case TARGET_TOO_LONG, HEADERS_TOO_LARGE -> code.title();
            default ->
                "this is no HTTP request: its first line, path, query, a header or the body's framing is malformed";
        };
    }
}
