package dev.trine.shared;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** What the HTTP server refuses by itself, before any handler is asked, is a {@link Problem} too. */
final class ProblemValve extends ErrorReportValve {

    private static final int FIRST_ERROR = 400;

    private final IdSource ids;

    ProblemValve(IdSource ids) {
        this.ids = ids;
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
        String id = response.getHeader(RequestIds.HEADER);
        if (id == null) {
            id = ids.next().toString();
            response.setHeader(RequestIds.HEADER, id);
        }
        try {
            response.setStatus(code.status().value());
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            Writer body = response.getReporter();
            if (body != null) {
                body.write(Json.write(Problem.of(code, detail(code), List.of(), id)));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException gone) {
            containerLog.debug("nobody was there to be refused", gone);
        }
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
