package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Executor;
import dev.trine.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole control plane in this JVM, on an embedded PostgreSQL and with an executor that runs nothing. */
public final class Copy implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PASSWORD = "the admin of the tests";

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String token;

    /**
     * @param database its JDBC URL; several copies may have the same
     * @param objects a folder; so may they
     * @param settings more settings, {@code name=value} each; stronger than the usual ones
     */
    public Copy(String database, Path objects, Executor executor, String... settings) {
        var last = new LinkedHashMap<String, String>();
        Stream.concat(
                        Stream.of(
                                "server.port=0",
                                // a pool of a few connections against bursts of requests, on a machine that is busy
                                "spring.datasource.hikari.connection-timeout=60000",
                                "spring.datasource.url=" + database,
                                "trine.storage.root=" + objects,
                                "trine.identity.exposure=loopback",
                                "trine.identity.internal-token=inside",
                                "trine.identity.admin-password=" + PASSWORD,
                                "logging.threshold.console=error"),
                        Stream.of(settings))
                .forEach(setting -> last.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
        String[] arguments = last.values().toArray(String[]::new);
        context = new SpringApplicationBuilder(ControlPlane.class)
                .registerShutdownHook(false)
                .initializers(made -> {
                    var beans = (GenericApplicationContext) made;
                    beans.registerBean(
                            "executor",
                            Executor.class,
                            () -> executor,
                            definition -> definition.setDestroyMethodName(""));
                    beans.registerBean(MemoryFollower.class);
                })
                .run(arguments);
        token = send("POST", "/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", PASSWORD), "none")
                .is(200)
                .text("accessToken");
    }

    /** An answer's status and body. */
    public record Answer(int status, JsonNode body) {

        public Answer is(int wanted) {
            assertThat(status).as(body.toString()).isEqualTo(wanted);
            return this;
        }

        public String text(String field) {
            return body.path(field).asString("");
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** Where a path is, for requests that need more than {@link #send}. */
    public URI at(String path) {
        return URI.create(
                "http://127.0.0.1:%s%s".formatted(context.getEnvironment().getProperty("local.server.port"), path));
    }

    /** The admin's. */
    public String token() {
        return token;
    }

    public Answer get(String path) {
        return send("GET", path, null, token);
    }

    public Answer post(String path, Object body) {
        return send("POST", path, body, token);
    }

    public Answer put(String path, Object body) {
        return send("PUT", path, body, token);
    }

    public Answer patch(String path, Object body) {
        return send("PATCH", path, body, token);
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, token);
    }

    /** The same with a body, as MLflow's clients send it. */
    public Answer delete(String path, Object body) {
        return send("DELETE", path, body, token);
    }

    /** The same with another bearer token or API key. */
    public Answer send(String method, String path, @Nullable Object body, String credential) {
        var answer = exchange(method, path, body, credential);
        return new Answer(
                answer.statusCode(), answer.body().startsWith("{") ? JSON.readTree(answer.body()) : JSON.missingNode());
    }

    /** What is answered, as it comes, such as all events of a stream until its end. */
    public String text(String path) {
        return whole(path).body();
    }

    /** The same with its headers. */
    public HttpResponse<String> whole(String path) {
        return exchange("GET", path, null, token);
    }

    private HttpResponse<String> exchange(String method, String path, @Nullable Object body, String credential) {
        HttpRequest request = HttpRequest.newBuilder(at(path))
                .header("Authorization", "Bearer " + credential)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Submits a job that runs a command; its id. */
    public String job(String name, double cpus) {
        return post(
                        "/api/v1/training/jobs",
                        Map.of(
                                "name",
                                name,
                                "program",
                                Map.of("kind", "command", "command", List.of("true")),
                                "resources",
                                Map.of("cpus", cpus)))
                .is(202)
                .text("id");
    }

    public JsonNode awaitJob(String id, String state) {
        return await(
                "/api/v1/training/jobs/" + id,
                job -> job.path("state").asString().equals(state));
    }

    /** Asks again until what is told is as wanted. */
    public JsonNode await(String path, Predicate<JsonNode> wanted) {
        return Await.await(path).until(() -> get(path).is(200).body(), wanted);
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }
}
