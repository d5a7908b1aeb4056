package dev.trine.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web UI's files. A path that is no file is one of the UI's own pages and gets {@code index.html}. */
final class WebFiles {

    private static final Logger LOG = LoggerFactory.getLogger(WebFiles.class);
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"));
    private static final String POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
            + " connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private static final String ASSETS = "/assets/";

    private final Vertx vertx;
    private final @Nullable Path root;

    WebFiles(Vertx vertx, @Nullable Path root) {
        this.vertx = vertx;
        this.root = root == null ? null : root.toAbsolutePath().normalize();
    }

    void serve(HttpServerRequest request, String path, String requestId) {
        HttpServerResponse response = request.response();
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            Problem.notFound("there is nothing at this path").send(request, requestId);
            return;
        }
        Path web = root;
        if (web == null) {
            notBuilt(response);
            return;
        }
        String accept = request.getHeader("Accept");
        boolean page =
                !path.startsWith(ASSETS) && (accept == null || accept.contains("text/html") || accept.contains("*/*"));
        vertx.executeBlocking(() -> find(web, path, page), false).onComplete((file, failure) -> {
            if (file != null) {
                send(request, file, path.startsWith(ASSETS), requestId);
            } else if (page) {
                notBuilt(response);
            } else {
                Problem.notFound("there is nothing at this path").send(request, requestId);
            }
        });
    }

    /** The file at a path, or the UI's index for one of its pages; null if there is neither. */
    private static @Nullable Path find(Path web, String path, boolean page) {
        if (path.startsWith("/") && path.indexOf('\0') < 0) {
            Path file = web.resolve(path.substring(1)).normalize();
            if (file.startsWith(web) && Files.isRegularFile(file)) {
                return file;
            }
        }
        Path index = web.resolve("index.html");
        return page && Files.isRegularFile(index) ? index : null;
    }

    private static void notBuilt(HttpServerResponse response) {
        html(response)
                .end("<!doctype html><title>Trine</title><p>The web UI is not built here; the API is at "
                        + "<a href=\"/openapi.json\">/openapi.json</a>.</p>");
    }

    private static HttpServerResponse html(HttpServerResponse response) {
        return secured(response).putHeader("Content-Type", TYPES.getOrDefault("html", "text/html"));
    }

    private static HttpServerResponse secured(HttpServerResponse response) {
        return response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin");
    }

    private static void send(HttpServerRequest request, Path file, boolean immutable, String requestId) {
        String name = String.valueOf(file.getFileName());
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        secured(request.response())
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache")
                .sendFile(file.toString())
                .onFailure(unreadable -> {
                    LOG.warn("request {}: {} cannot be sent", requestId, file, unreadable);
                    Problem.internal().send(request, requestId);
                });
    }
}
