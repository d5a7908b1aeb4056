package dev.trine.gateway;

import dev.trine.gateway.Connections.Arrival;
import dev.trine.lib.routing.GatewayConfig;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
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
    private static final String PROJECT = "/p/";

    static final int MOST_LINE_BYTES = 8 << 10;
    static final int MOST_HEADER_BYTES = 32 << 10;

    private final Snapshot snapshot;
    private final Forwarder forwarder;
    private final Upstream controlPlane;
    private final WebFiles web;
    private final Linger linger;
    private final Connections connections;
    private final Identity identity;

    FrontDoor(
            Snapshot snapshot,
            Forwarder forwarder,
            Upstream controlPlane,
            WebFiles web,
            Linger linger,
            Connections connections,
            Identity identity) {
        this.connections = connections;
        this.identity = identity;
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
        var visit = new Visit(request, id, connections.of(request));
        request.response().endHandler(visit);
        attempt(request, id, () -> {
            if (visit.begin()) {
                route(request, id, visit.arrival);
            }
        });
    }

    /** Does a step of a request, which has an answer also when that fails. */
    private void attempt(HttpServerRequest request, String id, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("request {} failed", id, e);
            refuse(request, Problem.internal(), id);
        }
    }

    /** Answers what is no request. */
    void refuseInvalid(HttpServerRequest request) {
        String id = fresh();
        Throwable cause = request.decoderResult().cause();
        Problem problem = cause instanceof TooLongHttpLineException
                ? Problem.targetTooLong(
                        "the request's first line must have at most %d bytes".formatted(MOST_LINE_BYTES))
                : cause instanceof TooLongHttpHeaderException
                        ? Problem.headersTooLarge(
                                "the headers must have at most %d bytes in all".formatted(MOST_HEADER_BYTES))
                        : Problem.malformed("this is no HTTP request: " + reason(cause));
        LOG.debug("request {} cannot be read", id, cause);
        // when all is read that has come: a connection that is closed upon more would lose the answer
        linger.nextTurn(() -> problem.send(request, id)
                .onComplete((told, broken) -> request.connection().close()));
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "it ends too early" : "its first line or a header is malformed";
    }

    /** A request from its head to the end of its answer. */
    private final class Visit implements Handler<Void> {

        private final HttpServerRequest request;
        private final String id;
        private final Connections.Line line;
        private final long beginNanos = System.nanoTime();
        private @Nullable Arrival arrival;
        private boolean over;

        Visit(HttpServerRequest request, String id, Connections.Line line) {
            this.request = request;
            this.id = id;
            this.line = line;
        }

        /** Whether it may go on; it is refused otherwise. */
        boolean begin() {
            Problem refusal = line.begin();
            if (refusal == null && namesNoHost(request)) {
                refusal = Problem.malformed("a request needs exactly one Host header (RFC 9112, 3.2)");
            }
            if (refusal == null && Body.isAnnounced(request)) {
                arrival = line.expect(request, this::late);
                refusal = arrival == null ? line.tooManyBodies() : null;
            }
            if (refusal == null) {
                return true;
            }
            if (line.isSurplus()) {
                refusal.send(request, id)
                        .onComplete((told, broken) -> request.connection().close());
            } else {
                refuse(request, refusal, id);
            }
            return false;
        }

        private void late() {
            Problem.timedOut("the body made no progress for too long")
                    .send(request, id)
                    .onComplete((told, broken) -> {
                        if (request.version() == HttpVersion.HTTP_2) {
                            linger.after(request);
                        } else {
                            var _ = request.connection().close();
                        }
                    });
        }

        /** The answer is over, one way or another. */
        @Override
        public void handle(Void end) {
            if (over) {
                return;
            }
            over = true;
            line.end(arrival);
            if (ACCESS.isInfoEnabled()) {
                ACCESS.atInfo()
                        .addKeyValue("requestId", id)
                        .addKeyValue("method", request.method().name())
                        .addKeyValue("path", request.path())
                        .addKeyValue("status", request.response().getStatusCode())
                        .addKeyValue("micros", (System.nanoTime() - beginNanos) / 1_000)
                        .log("request");
            }
        }
    }

    private static boolean namesNoHost(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && request.headers().getAll("Host").size() != 1;
    }

    private void route(HttpServerRequest request, String id, @Nullable Arrival arrival) {
        String path = String.valueOf(request.path());
        if (path.startsWith(SERVE)) {
            serve(request, path, id, arrival);
        } else if (isControlPlanes(path)) {
            String uri = withQuery(request, path, 0);
            forwarder
                    .take(request, uri, id, Passage.TO_CONTROL_PLANE, null, arrival)
                    .onSuccess(passing -> attempt(
                            request,
                            id,
                            () -> forwarder
                                    .forward(passing, controlPlane)
                                    .onFailure(
                                            e -> refuse(request, Problem.unavailable("try again in a moment"), id))));
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

    private static boolean isControlPlanes(String asked) {
        String path = withoutProject(asked);
        return path.startsWith("/api/")
                || path.startsWith("/ajax-api/")
                || path.equals("/openapi.json")
                || path.equals("/version")
                || path.equals("/get-artifact")
                || path.equals("/v1/traces")
                || path.equals("/model-versions/get-artifact");
    }

    /** The control plane reads {@code /p/<project>/<path>} as {@code <path>} of that project. */
    private static String withoutProject(String path) {
        int end = path.startsWith(PROJECT) ? path.indexOf('/', PROJECT.length()) : -1;
        return end < 0 ? path : path.substring(end);
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
    private void serve(HttpServerRequest request, String path, String id, @Nullable Arrival arrival) {
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
        switch (current.authenticator().check(request.getHeader("Authorization"), project)) {
            case Authenticator.Refused refused -> refuse(request, refused.why(), id);
            case Authenticator.Grant grant -> {
                String name = path.substring(projectEnd + 1, serviceEnd);
                RoutingTable.Service service = current.routing().service(project, name);
                GatewayConfig.Project itsProject = current.routing().project(project);
                if (service == null || itsProject == null) {
                    refuse(request, Problem.notFound("there is no such service"), id);
                    return;
                }
                String uri = withQuery(request, path, serviceEnd);
                forwarder
                        .take(
                                request,
                                uri,
                                id,
                                Passage.TO_REPLICA,
                                identity.of(grant, project, itsProject, service.id()),
                                arrival)
                        .onSuccess(passing -> attempt(request, id, () -> toReplica(passing, service)));
            }
        }
    }

    private void toReplica(Forwarder.Passing passing, RoutingTable.Service service) {
        HttpServerRequest request = passing.request();
        String id = passing.id();
        Upstream first = service.pick(ThreadLocalRandom.current(), System.nanoTime(), null);
        if (first == null) {
            refuse(request, Problem.notReady("the service is there, but none of its replicas is ready"), id);
            return;
        }
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
}
