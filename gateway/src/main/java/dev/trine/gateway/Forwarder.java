package dev.trine.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes a request on and its answer back. A body of a known small size goes in one piece with its head; any other goes piece by
 * piece with back-pressure, see {@link Pump}. When either side goes away, the other is told.
 */
final class Forwarder {

    /** How long a request waits for a connection, its turn for one included. */
    private static final long CONNECT_MILLIS = 5_000;

    /** What may be asked twice (RFC 9110, 9.2.2). */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final HttpClient client;
    private final Context loop;
    private final Linger linger;

    /** @param loop the one event loop that all of its requests run on */
    Forwarder(HttpClient client, Context loop, Linger linger) {
        this.client = client;
        this.loop = loop;
        this.linger = linger;
    }

    /**
     * A request on its way.
     *
     * @param uri what the upstream is asked for
     * @param passage which of its headers pass
     * @param body all of it where it is announced to be small; null if it is to be streamed, or there is none
     */
    record Passing(
            HttpServerRequest request,
            String uri,
            String id,
            Passage passage,
            @Nullable Future<Buffer> body) {

        /** Whether asking again does no more than asking once, and all of it is still there to be sent. */
        boolean mayBeRepeated() {
            return IDEMPOTENT.contains(request.method())
                    && (body != null || !Body.isStreamed(request))
                    && !request.response().closed();
        }
    }

    /** Takes a request on, once; it may then be forwarded to one upstream after the other until one can be reached. */
    Passing take(HttpServerRequest request, String uri, String id, Passage passage) {
        if (Body.isSmall(request)) {
            return new Passing(request, uri, id, passage, request.body());
        }
        request.pause();
        return new Passing(request, uri, id, passage, null);
    }

    /**
     * Forwards; completes when the answer is passed on, fails when no connection was made, in which case nothing of the request
     * is lost and another upstream may be tried.
     */
    Future<Void> forward(Passing passing, Upstream to) {
        return forward(passing, to, true);
    }

    /** @param first whether it may be tried once more where an upstream closed a kept connection just as it was used again */
    private Future<Void> forward(Passing passing, Upstream to, boolean first) {
        var options = new RequestOptions()
                .setHost(to.host())
                .setPort(to.port())
                .setMethod(passing.request().method())
                .setURI(passing.uri())
                .setConnectTimeout(CONNECT_MILLIS);
        to.begin();
        return client.request(options)
                .onFailure(unreachable -> to.end())
                .compose(out -> Future.succeededFuture(out)
                        // inside a step of its own, so that what it throws is a failure of this request and of nothing
                        // else
                        .compose(open -> pass(passing, open))
                        .onComplete(done -> to.end())
                        .recover(broken -> {
                            abandon(passing, out);
                            if (first && wasClosedBetween(out) && passing.mayBeRepeated()) {
                                return nextTurn().compose(turn -> forward(passing, to, false));
                            }
                            return Problem.badGateway("the answer broke off")
                                    .send(passing.request(), passing.id())
                                    .onSuccess(told -> linger.after(passing.request()))
                                    .otherwiseEmpty();
                        }));
    }

    /** Whether the request went out on a connection that had been used before, and nothing came back on it. */
    private static boolean wasClosedBetween(HttpClientRequest out) {
        return out.streamId() > 1 && !out.response().succeeded();
    }

    /** By then all connections that were closed at the same time are known to be. */
    private Future<Void> nextTurn() {
        Promise<Void> turn = Promise.promise();
        loop.runOnContext(turn::complete);
        return turn.future();
    }

    /**
     * Gives a request up. A connection that has taken a part of a body is not fit for another request, whatever has come back on
     * it.
     */
    private static void abandon(Passing passing, HttpClientRequest out) {
        var _ = Body.isStreamed(passing.request()) ? out.connection().close() : out.reset();
    }

    private Future<Void> pass(Passing passing, HttpClientRequest out) {
        HttpServerRequest in = passing.request();
        // the future of its answer fails too; without a handler it would be logged as an error of ours
        out.exceptionHandler(broken -> {});
        if (in.response().closed()) {
            return Future.failedFuture("the client left before there was a connection");
        }
        in.response().closeHandler(gone -> abandon(passing, out));
        passing.passage().request(in.headers(), out.headers());
        out.putHeader("X-Request-Id", passing.id());
        out.putHeader("X-Forwarded-For", address(in));
        out.putHeader("X-Forwarded-Proto", in.scheme() == null ? "http" : in.scheme());
        String host = host(in);
        if (host != null) {
            out.putHeader("X-Forwarded-Host", host);
        }
        if (passing.body() != null) {
            return passing.body().compose(out::send).compose(back -> reply(passing, back));
        }
        if (Body.isStreamed(in)) {
            return stream(passing, out);
        }
        in.resume();
        return out.send().compose(back -> reply(passing, back));
    }

    /** An upstream may answer before it has read everything, so the answer alone says when it is over. */
    private Future<Void> stream(Passing passing, HttpClientRequest out) {
        HttpServerRequest in = passing.request();
        if (!in.headers().contains("Content-Length")) {
            out.setChunked(true);
        }
        Future<Void> sent = Pump.run(in, out, loop).onFailure(broken -> abandon(passing, out));
        return out.response().compose(back -> reply(passing, back)).onSuccess(answered -> {
            if (!sent.isComplete()) {
                abandon(passing, out);
            }
            linger.after(in);
        });
    }

    private Future<Void> reply(Passing passing, HttpClientResponse back) {
        HttpServerResponse response = passing.request().response();
        response.setStatusCode(back.statusCode());
        passing.passage().answer(back.headers(), response.headers());
        Linger.announce(passing.request());
        String length = back.getHeader("Content-Length");
        if (Body.isSmall(length)) {
            return back.body().compose(response::end);
        }
        if (length == null && back.statusCode() != 204 && back.statusCode() != 304) {
            response.setChunked(true);
        }
        return Pump.run(back, response, loop);
    }

    /** Who called. What a client says about that itself is not believed: there is no proxy in front that we know of. */
    private static String address(HttpServerRequest in) {
        return in.remoteAddress() == null ? "unknown" : in.remoteAddress().hostAddress();
    }

    /** What the caller called us; in a target of absolute form that is not the Host (RFC 9112, 3.2.2). */
    private static @Nullable String host(HttpServerRequest in) {
        if (in.version() == HttpVersion.HTTP_2) {
            return in.authority() == null ? null : in.authority().toString();
        }
        String target = in.uri();
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return in.getHeader("Host");
        }
        int end = target.indexOf('/', scheme + 3);
        return target.substring(scheme + 3, end < 0 ? target.length() : end);
    }
}
