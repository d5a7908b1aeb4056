package dev.trine.system;

import static dev.trine.system.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A platform that a service manager starts again whenever it has ended, at the same port. */
final class KeptPlatform implements AutoCloseable {

    private static final List<Integer> NOT_NOW = List.of(408, 425, 429, 502, 503, 504);

    private final Path home;
    private final Map<String, String> env;
    private final int port;
    private final String key;
    private final Thread manager;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile Platform running;

    KeptPlatform(Path home) throws IOException {
        this(home, Map.of());
    }

    /** One with more in its environment. */
    KeptPlatform(Path home, Map<String, String> env) throws IOException {
        this.home = home;
        this.env = env;
        running = Platform.up(home, 0, env);
        port = running.port();
        String password = env.get("TRINE_ADMIN_PASSWORD");
        key = (password == null ? running.http() : running.http(password))
                .post("/api/v1/api-keys", Map.of("name", "chaos", "scopes", List.of("*")))
                .is(201)
                .text("secret");
        manager = Thread.ofPlatform().name("service-manager").start(this::keep);
    }

    private void keep() {
        try {
            while (!closing.get()) {
                running.join();
                if (!closing.get()) {
                    running = Platform.begin(home, port, env, List.of());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    Path home() {
        return home;
    }

    long pid() {
        return running.pid();
    }

    /** With a key that outlives every outage; what it asks may find nobody there. */
    Http http() {
        return Http.at("http://127.0.0.1:" + port).as(key);
    }

    /** Asks again until somebody answers who knows. */
    Http.Answer ask(Supplier<Http.Answer> request) {
        return await("somebody who knows the answer")
                .ignoreException(UncheckedIOException.class)
                .until(request::get, answer -> !NOT_NOW.contains(answer.status()));
    }

    Http.Answer get(String path) {
        return ask(() -> http().get(path));
    }

    /** Makes one thing, however often it has to ask for it. */
    Http.Answer make(String path, Object body, String idempotencyKey) {
        return ask(() -> http().post(path, body, Map.of("Idempotency-Key", idempotencyKey)));
    }

    @Override
    public void close() {
        closing.set(true);
        running.close();
        try {
            manager.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Processes.killAll(home);
    }
}
