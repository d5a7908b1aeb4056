package dev.trine.gateway;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides where a request goes. */
final class FrontDoor implements Handler<HttpServerRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
    private static final Logger ACCESS = LoggerFactory.getLogger("trine.access");
    private static final String SERVE = "/serve/";

    private final Snapshot snapshot;
    private final Forwarder forwarder;
    private final Upstream controlPlane;
    private final WebFiles web;
    private final Linger linger;

    FrontDoor(Snapshot snapshot, Forwarder forwarder, Upstream controlPlane, WebFiles web, Linger linger) {
        this.snapshot = snapshot;
        this.forwarder = forwarder;
        this.controlPlane = controlPlane;
        this.web = web;
        this.linger = linger;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String id = requestId(request.getHeader("X-Request-Id"));
        request.response().putHeader("X-Request-Id", id);
        if (ACCESS.isInfoEnabled()) {
            log(request, id);
        }
        try {
            route(request, id);
        } catch (RuntimeException e) {
            LOG.error("request {} failed", id, e);
            refuse(request, Problem.internal(), id);
        }
    }

    private void route(HttpServerRequest request, String id) {
        String path = String.valueOf(request.path());
        if (path.startsWith(SERVE)) {
            serve(request, path, id);
        } else if (isControlPlanes(path)) {
            String uri = withQuery(request, path, 0);
            forwarder
                    .forward(forwarder.take(request, uri, id, Passage.TO_CONTROL_PLANE), controlPlane)
                    .onFailure(e -> refuse(request, Problem.unavailable("try again in a moment"), id));
        } else {
            own(request, path, id);
        }
    }

    private void refuse(HttpServerRequest request, Problem problem, String id) {
        problem.send(request, id).onSuccess(told -> linger.after(request));
    }

    /** The path from an index on, and the query; without the scheme and host that a target may begin with (RFC 9112, 3.2.2). */
    private static String withQuery(HttpServerRequest request, String path, int from) {
        String uri = request.uri();
        if (uri.startsWith("/")) {
            return uri.substring(from);
        }
        String query = request.query();
        return query == null ? path.substring(from) : path.substring(from) + "?" + query;
    }

    private static boolean isControlPlanes(String path) {
        return path.startsWith("/api/")
                || path.startsWith("/ajax-api/")
                || path.equals("/openapi.json")
                || path.equals("/version");
    }

    private void own(HttpServerRequest request, String path, String id) {
        HttpServerResponse response = request.response();
        switch (path) {
            case "/health", "/health/live" ->
                response.putHeader("Content-Type", "text/plain").end("OK");
            case "/health/ready" -> {
                boolean ready = snapshot.ready();
                response.setStatusCode(ready ? 200 : 503)
                        .putHeader("Content-Type", "application/json")
                        .end("{\"ready\":%b,\"routing\":%b,\"controlPlane\":%b,\"database\":%b,\"redis\":%b}"
                                .formatted(
                                        ready,
                                        snapshot.current() != null,
                                        snapshot.connected(),
                                        snapshot.engines().database(),
                                        snapshot.engines().redis()));
            }
            default -> {
                if (path.startsWith("/internal/")) {
                    refuse(request, Problem.notFound("there is nothing at this path"), id);
                } else {
                    web.serve(request, path, id);
                }
            }
        }
    }

    /** {@code /serve/<project>/<service>/<rest>}: the rest goes to one of the service's replicas. */
    private void serve(HttpServerRequest request, String path, String id) {
        Snapshot.Current current = snapshot.current();
        if (current == null) {
            refuse(request, Problem.unavailable("the gateway has no routing yet"), id);
            return;
        }
        int projectEnd = path.indexOf('/', SERVE.length());
        int serviceEnd = projectEnd < 0 ? -1 : path.indexOf('/', projectEnd + 1);
        if (serviceEnd < 0) {
            refuse(request, Problem.notFound("the path must be /serve/<project>/<service>/…"), id);
            return;
        }
        String project = path.substring(SERVE.length(), projectEnd);
        Problem refusal = current.authenticator().check(request.getHeader("Authorization"), project);
        if (refusal != null) {
            refuse(request, refusal, id);
            return;
        }
        String name = path.substring(projectEnd + 1, serviceEnd);
        RoutingTable.Service service = current.routing().service(project, name);
        if (service == null) {
            refuse(request, Problem.notFound("there is no such service"), id);
            return;
        }
        toReplica(request, service, withQuery(request, path, serviceEnd), id);
    }

    private void toReplica(HttpServerRequest request, RoutingTable.Service service, String uri, String id) {
        Upstream first = service.pick(ThreadLocalRandom.current(), System.nanoTime(), null);
        if (first == null) {
            refuse(request, Problem.notReady("the service is there, but none of its replicas is ready"), id);
            return;
        }
        Forwarder.Passing passing = forwarder.take(request, uri, id, Passage.TO_REPLICA);
        forwarder
                .forward(passing, first)
                .recover(dead -> {
                    first.shun(System.nanoTime());
                    Upstream second = service.pick(ThreadLocalRandom.current(), System.nanoTime(), first);
                    return second == null ? Future.failedFuture(dead) : forwarder.forward(passing, second);
                })
                .onFailure(e -> refuse(
                        request, Problem.notReady("its replicas cannot be reached, or have all they can do"), id));
    }

    /** The caller's own id if it is a sane one. */
    private static String requestId(@Nullable String given) {
        if (given != null && given.length() >= 8 && given.length() <= 128) {
            for (int i = 0; i < given.length(); i++) {
                char c = given.charAt(i);
                boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                boolean sane = letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
                if (!sane) {
                    return fresh();
                }
            }
            return given;
        }
        return fresh();
    }

    private static String fresh() {
        var random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static void log(HttpServerRequest request, String id) {
        long begin = System.nanoTime();
        request.response()
                .endHandler(end -> ACCESS.atInfo()
                        .addKeyValue("requestId", id)
                        .addKeyValue("method", request.method().name())
                        .addKeyValue("path", request.path())
                        .addKeyValue("status", request.response().getStatusCode())
                        .addKeyValue("micros", (System.nanoTime() - begin) / 1_000)
                        .log("request"));
    }
}
