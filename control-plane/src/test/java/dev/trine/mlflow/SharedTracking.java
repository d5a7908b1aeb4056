package dev.trine.mlflow;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One control plane for all test classes of this package that are extended with this; each makes experiments of its own. */
final class SharedTracking implements BeforeAllCallback {

    private static @Nullable Running running;

    /** Closed by JUnit at the very end. */
    private record Running(Copy copy) implements AutoCloseable {

        static Running begin() {
            try {
                Path objects = Files.createTempDirectory(Path.of("target"), "tracking");
                return new Running(new Copy(
                        Schema.freshDatabase(),
                        objects,
                        new MemoryExecutor("a", 1),
                        // webhooks may lead to the tests' own receivers
                        "trine.webhook.schemes=http,https",
                        "trine.webhook.allowed-networks=127.0.0.0/8"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            copy.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, type -> Running.begin(), Running.class);
    }

    static Copy copy() {
        return Objects.requireNonNull(running, "extend the test with SharedTracking")
                .copy();
    }
}
