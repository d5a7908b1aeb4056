package dev.trine.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.LinkedHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refusals in the same form as the control plane's (RFC 9457).
 *
 * @param code of the platform's closed set of error codes
 */
record Problem(int status, String code, String title, String detail) {

    private static final JsonMapper JSON = new JsonMapper();

    static Problem unauthenticated(String detail) {
        return new Problem(401, "UNAUTHENTICATED", "Log in first", detail);
    }

    static Problem expired(String detail) {
        return new Problem(401, "TOKEN_EXPIRED", "The token has expired", detail);
    }

    static Problem denied(String detail) {
        return new Problem(403, "PERMISSION_DENIED", "Your role does not allow this", detail);
    }

    static Problem notFound(String detail) {
        return new Problem(404, "NOT_FOUND", "There is no such resource", detail);
    }

    static Problem notReady(String detail) {
        return new Problem(503, "SERVICE_NOT_READY", "The service has no ready replica", detail);
    }

    static Problem unavailable(String detail) {
        return new Problem(503, "CONTROL_PLANE_UNAVAILABLE", "The control plane does not answer", detail);
    }

    static Problem badGateway(String detail) {
        return new Problem(502, "UPSTREAM_FAILED", "The upstream broke off", detail);
    }

    static Problem timedOut(String detail) {
        return new Problem(408, "REQUEST_TIMEOUT", "The request did not come in time", detail);
    }

    static Problem malformed(String detail) {
        return new Problem(400, "MALFORMED_REQUEST", "The request cannot be read", detail);
    }

    static Problem targetTooLong(String detail) {
        return new Problem(414, "TARGET_TOO_LONG", "The request's target is too long", detail);
    }

    static Problem headersTooLarge(String detail) {
        return new Problem(431, "HEADERS_TOO_LARGE", "The request's headers are too large", detail);
    }

    static Problem rateLimited(String detail) {
        return new Problem(429, "RATE_LIMITED", "Too many requests", detail);
    }

    static Problem internal() {
        return new Problem(
                500,
                "INTERNAL",
                "Something unexpected went wrong on our side",
                "the gateway's log has more under the request id");
    }

    /** Answers with this and nothing else, whatever was put into the answer's head before; completes when it is written. */
    Future<Void> send(HttpServerRequest request, String requestId) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        if (response.headWritten()) {
            return response.reset();
        }
        response.headers().clear();
        response.putHeader("X-Request-Id", requestId);
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"trine\"");
        }
        if (status == 503 || status == 429) {
            response.putHeader("Retry-After", "1");
        }
        if (status == 408 && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        Linger.announce(request);
        return response.setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(body(requestId));
    }

    /** The JSON that is sent. */
    String body(String requestId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "urn:trine:error:" + code);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        body.put("requestId", requestId);
        return JSON.writeValueAsString(body);
    }
}
