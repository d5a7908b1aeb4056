package dev.trine.gateway;

import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
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

    void send(HttpServerResponse response, String requestId) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "about:blank");
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        body.put("requestId", requestId);
        body.put("violations", List.of());
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"trine\"");
        }
        if (status == 503) {
            response.putHeader("Retry-After", "1");
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(JSON.writeValueAsString(body));
    }
}
