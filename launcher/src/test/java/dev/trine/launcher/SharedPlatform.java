package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.cli.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One platform for all test classes of this JVM that are extended with this; stopped after the last of them. */
final class SharedPlatform implements BeforeAllCallback {

    static final String PASSWORD = "correct horse battery";

    private static @Nullable Running running;

    /** Closed by JUnit at the very end; no process may be left then. */
    private record Running(Home home, Platform platform, Api admin) implements AutoCloseable {

        static Running begin() {
            try {
                Path scratch =
                        Files.createDirectories(Path.of("target", "scratch").toAbsolutePath());
                Home home = Home.at(
                        Files.createTempDirectory(scratch, "trine-platform").resolve("home"));
                Platform platform = Platform.start(home, "127.0.0.1", 0, null, PASSWORD);
                Api anonymous = Api.at("http://127.0.0.1:" + platform.port());
                String token = anonymous
                        .post("/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", PASSWORD))
                        .path("accessToken")
                        .asString();
                return new Running(home, platform, anonymous.as(token));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            admin.close();
            platform.close();
            assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        new UnpackedEngines().beforeAll(context);
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, key -> Running.begin(), Running.class);
    }

    private static Running running() {
        return Objects.requireNonNull(running, "extend the test class with SharedPlatform");
    }

    static Home home() {
        return running().home();
    }

    static int port() {
        return running().platform().port();
    }

    /** The API as the first admin. */
    static Api api() {
        return running().admin();
    }

    /** A folder beside the home, for files that tests send. */
    static Path folder() {
        return Objects.requireNonNull(running().home().folder().getParent());
    }
}
