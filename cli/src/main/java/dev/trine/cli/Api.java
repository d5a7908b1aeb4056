package dev.trine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a platform's public API, as JSON trees. */
public final class Api implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /** Refusals that pass: the gateway is there, but what is behind it is not. */
    private static final Set<String> AWAY =
            Set.of("CONTROL_PLANE_UNAVAILABLE", "DATABASE_UNAVAILABLE", "UPSTREAM_FAILED");

    /** The server has more or less of an upload than was thought, or another request is writing to it. */
    private static final String UPLOAD_ELSEWHERE = "UPLOAD_OFFSET_CONFLICT";

    private final HttpClient http;
    private final String server;
    private final Supplier<@Nullable String> token;
    private final @Nullable String project;

    private Api(HttpClient http, String server, Supplier<@Nullable String> token, @Nullable String project) {
        this.http = http;
        this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        this.token = token;
        this.project = project;
    }

    /** @param server the gateway's URL, e.g. {@code http://127.0.0.1:8080} */
    public static Api at(String server) {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        return new Api(client, server, () -> null, null);
    }

    /** The same server, asked as somebody: an access token or an API key. */
    public Api as(@Nullable String bearer) {
        return as(() -> bearer);
    }

    /** The same for a token that changes over time; asked for before each request. */
    Api as(Supplier<@Nullable String> bearer) {
        return new Api(http, server, bearer, project);
    }

    /** The same, about one project (slug or id). */
    public Api in(@Nullable String projectName) {
        return new Api(http, server, token, projectName);
    }

    public String server() {
        return server;
    }

    public JsonNode get(String path) {
        return json(send("GET", path, BodyPublishers.noBody(), null));
    }

    public JsonNode post(String path, Object body) {
        return json(send("POST", path, jsonBody(body), "application/json"));
    }

    public JsonNode put(String path, Object body) {
        return json(send("PUT", path, jsonBody(body), "application/json"));
    }

    public JsonNode patch(String path, Object body) {
        return json(send("PATCH", path, jsonBody(body), "application/json"));
    }

    public void delete(String path) {
        json(send("DELETE", path, BodyPublishers.noBody(), null));
    }

    /** A line stream (server-sent events, a download) that the caller closes. */
    public InputStream stream(String path) {
        return stream(path, null);
    }

    /** The same, from after the event with this id. */
    InputStream stream(String path, @Nullable String lastEventId) {
        HttpRequest.Builder request = request(path).GET();
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = exchange(request.build());
        if (response.statusCode() >= 300) {
            json(response);
        }
        return response.body();
    }

    HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(server + path));
        String bearer = token.get();
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        if (project != null) {
            request.header("X-Trine-Project", project);
        }
        return request;
    }

    HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException refused) {
            throw new CliException(
                    ExitCode.UNREACHABLE, "no platform answers at %s; start one with `trine up`".formatted(server));
        } catch (IOException e) {
            throw new CliException(ExitCode.UNREACHABLE, "talking to %s failed: %s".formatted(server, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted");
        }
    }

    private HttpResponse<InputStream> send(String method, String path, BodyPublisher body, @Nullable String type) {
        var request = request(path).method(method, body).header("Accept", "application/json");
        if (type != null) {
            request.header("Content-Type", type);
        }
        return exchange(request.build());
    }

    /** The answer as a tree; an error answer becomes a {@link CliException} that says what the platform said. */
    JsonNode json(HttpResponse<InputStream> response) {
        String text;
        try (InputStream body = response.body()) {
            text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(ExitCode.UNREACHABLE, "the answer broke off: " + e.getMessage());
        }
        JsonNode tree;
        try {
            tree = text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
        } catch (JacksonException notJson) {
            tree = JSON.missingNode();
        }
        if (response.statusCode() >= 400) {
            int exitCode = exitCode(response.statusCode(), tree);
            boolean passing = exitCode == ExitCode.UNREACHABLE || UPLOAD_ELSEWHERE.equals(code(tree));
            throw new CliException(exitCode, explain(response.statusCode(), tree), passing);
        }
        return tree;
    }

    private static int exitCode(int status, JsonNode problem) {
        if (status == 401) {
            return ExitCode.UNAUTHENTICATED;
        }
        // what answers HEAD has no body, and so no code
        boolean away = code(problem).isEmpty() ? status >= 502 && status <= 504 : AWAY.contains(code(problem));
        return away ? ExitCode.UNREACHABLE : ExitCode.FAILED;
    }

    private static String code(JsonNode problem) {
        return problem.path("code").asString("");
    }

    /** Waits before a request is tried again. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted");
        }
    }

    private static String explain(int status, JsonNode problem) {
        if (!problem.hasNonNull("code")) {
            String error = problem.path("error").asString("");
            return error.isEmpty() ? "the server answered " + status : error;
        }
        String violations = StreamSupport.stream(problem.path("violations").spliterator(), false)
                .map(violation -> "\n  %s: %s"
                        .formatted(
                                violation.path("field").asString(""),
                                violation.path("message").asString("")))
                .collect(Collectors.joining());
        return "%s: %s%s (request %s)"
                .formatted(
                        problem.path("code").asString(),
                        problem.path("detail").asString(problem.path("title").asString("")),
                        violations,
                        problem.path("requestId").asString("-"));
    }

    private static BodyPublisher jsonBody(Object body) {
        return BodyPublishers.ofString(JSON.writeValueAsString(body));
    }

    @Override
    public void close() {
        http.close();
    }
}
