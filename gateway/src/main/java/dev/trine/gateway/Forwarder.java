package dev.trine.gateway;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.Set;

/**
 * Passes a request on and its answer back, piece by piece in both directions with back-pressure. When either side goes away, the
 * other is told.
 */
final class Forwarder {

    /** Headers that are one connection's own affair (RFC 9110, 7.6.1), and those we set ourselves. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-request-id",
            "x-trine-internal");

    private final HttpClient client;

    Forwarder(HttpClient client) {
        this.client = client;
    }

    /**
     * Forwards; completes when the answer is passed on, fails when no connection was made, in which case nothing of the request
     * has been used up and another upstream may be tried.
     */
    Future<Void> forward(HttpServerRequest in, Upstream to, String uri, String requestId) {
        in.pause();
        var options = new RequestOptions()
                .setHost(to.host())
                .setPort(to.port())
                .setMethod(in.method())
                .setURI(uri);
        to.begin();
        return client.request(options)
                .onFailure(e -> to.end())
                .compose(out -> pass(in, out, requestId)
                        .onComplete(done -> to.end())
                        .recover(broken -> {
                            out.reset();
                            Problem.badGateway("the answer broke off").send(in.response(), requestId);
                            return Future.succeededFuture();
                        }));
    }

    private static Future<Void> pass(HttpServerRequest in, HttpClientRequest out, String requestId) {
        copy(in.headers(), out::putHeader);
        out.putHeader("X-Request-Id", requestId);
        out.putHeader("X-Forwarded-For", forwardedFor(in));
        out.putHeader("X-Forwarded-Proto", in.scheme() == null ? "http" : in.scheme());
        String host = in.getHeader("Host");
        if (host != null) {
            out.putHeader("X-Forwarded-Host", host);
        }
        in.response().closeHandler(gone -> out.reset());
        Future<HttpClientResponse> answer = out.response();
        boolean hasBody =
                in.headers().contains("Content-Length") || in.headers().contains("Transfer-Encoding");
        if (hasBody) {
            if (!in.headers().contains("Content-Length")) {
                out.setChunked(true);
            }
            Future<Void> sent = in.pipeTo(out);
            return sent.onFailure(broken -> out.reset())
                    .compose(done -> answer)
                    .compose(back -> reply(back, in.response()));
        }
        in.resume();
        return out.end().compose(done -> answer).compose(back -> reply(back, in.response()));
    }

    private static Future<Void> reply(HttpClientResponse back, HttpServerResponse response) {
        response.setStatusCode(back.statusCode());
        copy(back.headers(), response::putHeader);
        if (!back.headers().contains("Content-Length") && back.statusCode() != 204 && back.statusCode() != 304) {
            response.setChunked(true);
        }
        return back.pipeTo(response);
    }

    private interface Setter {
        Object set(String name, Iterable<String> values);
    }

    private static void copy(MultiMap from, Setter to) {
        for (String name : from.names()) {
            if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                to.set(name, from.getAll(name));
            }
        }
    }

    private static String forwardedFor(HttpServerRequest in) {
        String before = in.getHeader("X-Forwarded-For");
        String client =
                in.remoteAddress() == null ? "unknown" : in.remoteAddress().hostAddress();
        return before == null ? client : before + ", " + client;
    }
}
