package dev.trine.gateway;

import dev.trine.gateway.Connections.Arrival;
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

    /** How long the answer may take of an upstream that no longer reads. */
    private static final long LAST_WORD_MILLIS = 5_000;

    /** What may be asked twice (RFC 9110, 9.2.2). */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final HttpClient client;
    private final HttpClient uploads;
    private final Context loop;
    private final Linger linger;

    /**
     * @param uploads for bodies that come piece by piece, so that slow ones take no connection that others need
     * @param loop the one event loop that all of its requests run on
     */
    Forwarder(HttpClient client, HttpClient uploads, Context loop, Linger linger) {
        this.client = client;
        this.uploads = uploads;
        this.loop = loop;
        this.linger = linger;
    }

    /**
     * A request on its way.
     *
     * @param uri what the upstream is asked for
     * @param passage which of its headers pass
     * @param identity who calls, to be told to a replica; null for the control plane, which asks the credential
     * @param arrival of its body, if there is one
     * @param body all of it where it is announced to be small; null if it is to be streamed, or there is none
     * @param first of a body that is to be streamed, what has come of it; null if that is nothing
     */
    record Passing(
            HttpServerRequest request,
            String uri,
            String id,
            Passage passage,
            @Nullable String identity,
            @Nullable Arrival arrival,
            @Nullable Buffer body,
            @Nullable Buffer first) {

        /** Whether asking again does no more than asking once, and all of it is still there to be sent. */
        boolean mayBeRepeated() {
            return IDEMPOTENT.contains(request.method())
                    && (body != null || !Body.isStreamed(request))
                    && !request.response().closed();
        }
    }

    /**
     * Takes a request on, once, when a small body has come whole and something of any other: until then it costs no upstream
     * anything. It may then be forwarded to one upstream after the other until one can be reached. Fails when the client is gone.
     */
    Future<Passing> take(
            HttpServerRequest request,
            String uri,
            String id,
            Passage passage,
            @Nullable String identity,
            @Nullable Arrival arrival) {
        if (Body.isSmall(request)) {
            sayContinue(request);
            return request.body().map(all -> {
                if (arrival != null) {
                    arrival.over();
                }
                return new Passing(request, uri, id, passage, identity, null, all, null);
            });
        }
        request.pause();
        if (!Body.isStreamed(request)) {
            return Future.succeededFuture(new Passing(request, uri, id, passage, identity, null, null, null));
        }
        sayContinue(request);
        return firstOf(request).map(first -> {
            if (arrival != null) {
                arrival.wantedWhile(() -> false);
            }
            return new Passing(request, uri, id, passage, identity, arrival, null, first.length() == 0 ? null : first);
        });
    }

    /** Asks for a body that its sender holds back (RFC 9110, 10.1.1): not before it is known to be wanted. */
    private static void sayContinue(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_0 && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            var _ = request.response().writeContinue();
        }
    }

    /** What comes first of a paused body, which is paused again then; empty if it ends without. */
    private static Future<Buffer> firstOf(HttpServerRequest request) {
        if (request.isEnded()) {
            return Future.succeededFuture(Buffer.buffer());
        }
        Promise<Buffer> first = Promise.promise();
        request.exceptionHandler(first::tryFail);
        request.endHandler(end -> first.tryComplete(Buffer.buffer()));
        request.handler(first::tryComplete);
        request.fetch(1);
        return first.future();
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
        return (Body.isStreamed(passing.request()) ? uploads : client)
                .request(options)
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
        if (passing.identity() != null) {
            out.putHeader(Identity.HEADER, passing.identity());
        }
        out.putHeader("X-Forwarded-For", address(in));
        out.putHeader("X-Forwarded-Proto", in.scheme() == null ? "http" : in.scheme());
        String host = host(in);
        if (host != null) {
            out.putHeader("X-Forwarded-Host", host);
        }
        if (passing.body() != null) {
            return out.send(passing.body()).compose(back -> reply(passing, back));
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
        var pump = Pump.of(in, out, loop);
        Arrival arrival = passing.arrival();
        if (arrival != null) {
            arrival.wantedWhile(pump::isReading);
            arrival.whenLate(() -> abandon(passing, out));
        }
        Future<Void> sent = pump.start(passing.first(), in.isEnded()).onComplete((done, broken) -> {
            if (arrival != null) {
                arrival.over();
            }
            if (broken != null) {
                awaitLastWord(passing, out);
            }
        });
        return out.response().compose(back -> reply(passing, back)).onSuccess(answered -> {
            if (!sent.succeeded()) {
                abandon(passing, out);
            }
            linger.after(in);
        });
    }

    /**
     * An upstream that takes no more may have said why, and closed: what it said arrives although nothing can be sent any more. If
     * it was the client that left, everything has been given up already.
     */
    private void awaitLastWord(Passing passing, HttpClientRequest out) {
        loop.owner().setTimer(LAST_WORD_MILLIS, late -> {
            if (!out.response().isComplete()) {
                abandon(passing, out);
            }
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
        int begin = scheme + 3;
        int end = begin;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        // nobody is called by a user's name (RFC 9110, 4.2.4)
        return target.substring(Math.max(begin, target.lastIndexOf('@', end - 1) + 1), end);
    }
}
