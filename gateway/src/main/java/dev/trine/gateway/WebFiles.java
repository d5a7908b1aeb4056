package dev.trine.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The web UI's files. A path that is no file is one of the UI's own pages and gets {@code index.html}. */
final class WebFiles {

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

    private final Vertx vertx;
    private final @Nullable Path root;

    WebFiles(Vertx vertx, @Nullable Path root) {
        this.vertx = vertx;
        this.root = root == null ? null : root.toAbsolutePath().normalize();
    }

    void serve(HttpServerRequest request, String path, String requestId) {
        HttpServerResponse response = request.response();
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            Problem.notFound("there is nothing at this path").send(response, requestId);
            return;
        }
        Path web = root;
        if (web == null || !Files.isDirectory(web)) {
            html(response)
                    .end("<!doctype html><title>Trine</title><p>The web UI is not built here; the API is at "
                            + "<a href=\"/openapi.json\">/openapi.json</a>.</p>");
            return;
        }
        String accept = request.getHeader("Accept");
        boolean page = accept == null || accept.contains("text/html") || accept.contains("*/*");
        vertx.executeBlocking(() -> find(web, path), false).onComplete(found -> {
            Path file = found.succeeded() ? found.result() : null;
            if (file != null) {
                send(response, file, path.startsWith("/assets/"));
            } else if (page && !path.startsWith("/assets/")) {
                send(response, web.resolve("index.html"), false);
            } else {
                Problem.notFound("there is nothing at this path").send(response, requestId);
            }
        });
    }

    private static @Nullable Path find(Path web, String path) {
        if (path.indexOf('\0') >= 0 || path.equals("/")) {
            return null;
        }
        Path file = web.resolve(path.substring(1)).normalize();
        return file.startsWith(web) && Files.isRegularFile(file) ? file : null;
    }

    private static HttpServerResponse html(HttpServerResponse response) {
        return secured(response).putHeader("Content-Type", TYPES.getOrDefault("html", "text/html"));
    }

    private static HttpServerResponse secured(HttpServerResponse response) {
        return response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "same-origin");
    }

    private static void send(HttpServerResponse response, Path file, boolean immutable) {
        String name = String.valueOf(file.getFileName());
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        secured(response)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
        response.sendFile(file.toString());
    }
}
