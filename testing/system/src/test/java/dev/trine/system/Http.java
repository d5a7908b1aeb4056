package dev.trine.system;

import static dev.trine.system.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A plain HTTP client of the public API. */
final class Http {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();

    private final String server;
    private final @Nullable String token;

    private Http(String server, @Nullable String token) {
        this.server = server;
        this.token = token;
    }

    static Http at(String server) {
        return new Http(server, null);
    }

    static Http login(String server, String email, String password) {
        String token = at(server)
                .post("/api/v1/auth/login", Map.of("email", email, "password", password))
                .is(200)
                .text("accessToken");
        return new Http(server, token);
    }

    Http as(String bearer) {
        return new Http(server, bearer);
    }

    /** An answer. */
    record Answer(int status, String body, HttpHeaders headers) {

        Answer is(int wanted) {
            assertThat(status).as(body).isEqualTo(wanted);
            return this;
        }

        JsonNode json() {
            try {
                return Shell.JSON.readTree(body);
            } catch (JacksonException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        String text(String member) {
            return json().path(member).asString("");
        }

        String code() {
            return text("code");
        }
    }

    Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    Answer post(String path, Object body) {
        return post(path, body, Map.of());
    }

    Answer post(String path, Object body, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        return send("POST", path, BodyPublishers.ofString(Shell.JSON.writeValueAsString(body)), all);
    }

    Answer put(String path, byte[] body) {
        return send("PUT", path, BodyPublishers.ofByteArray(body), Map.of("Content-Type", "application/octet-stream"));
    }

    Answer send(String method, String path, HttpRequest.BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        headers.forEach(request::header);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body(), answer.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Begins an upload by tus; its path. */
    String beginUpload(String filename, long size) {
        return uploadBegun(filename, size)
                .is(201)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    /** The same; the whole answer. */
    Answer uploadBegun(String filename, long size) {
        String name = Base64.getEncoder().encodeToString(filename.getBytes(StandardCharsets.UTF_8));
        return send(
                "POST",
                "/api/v1/uploads",
                BodyPublishers.noBody(),
                Map.of(
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Length",
                        Long.toString(size),
                        "Upload-Metadata",
                        "filename " + name));
    }

    Answer patch(String upload, long offset, byte[] chunk) {
        return send(
                "PATCH",
                upload,
                BodyPublishers.ofByteArray(chunk),
                Map.of(
                        "Tus-Resumable",
                        "1.0.0",
                        "Upload-Offset",
                        Long.toString(offset),
                        "Content-Type",
                        "application/offset+octet-stream"));
    }

    long offset(String upload) {
        return send("HEAD", upload, BodyPublishers.noBody(), Map.of("Tus-Resumable", "1.0.0"))
                .is(200)
                .headers()
                .firstValueAsLong("Upload-Offset")
                .orElseThrow();
    }

    /** Submits a job that runs a shell command; its id. */
    String shellJob(String command, int retries) {
        return post(
                        "/api/v1/training/jobs",
                        Map.of(
                                "name",
                                "system-test",
                                "retries",
                                retries,
                                "resources",
                                Map.of("cpus", 0.1, "memoryBytes", 64 << 20),
                                "program",
                                Map.of("kind", "command", "command", List.of("/bin/sh", "-c", command))))
                .is(202)
                .text("id");
    }

    /** Waits until a resource's {@code state} is one of these; the resource. */
    JsonNode awaitState(String path, String... wanted) {
        var seen = new AtomicReference<JsonNode>(Shell.JSON.missingNode());
        await(path + " to be " + List.of(wanted))
                .failFast(() -> {
                    String state = seen.get().path("state").asString("");
                    assertThat(List.of("SUCCEEDED", "FAILED", "CANCELLED").contains(state)
                                    && !List.of(wanted).contains(state))
                            .as(seen.get().toString())
                            .isFalse();
                })
                .until(() -> {
                    Answer answer = get(path);
                    if (answer.status() == 200) {
                        seen.set(answer.json());
                    }
                    return List.of(wanted).contains(seen.get().path("state").asString(""));
                });
        return seen.get();
    }
}
