package dev.trine.launcher;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose process ends or is frozen. */
class EngineKeeperTest {

    private static final Duration OFTEN = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private static ProcessHandle redis(Path folder) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(folder.toString()))
                .findFirst()
                .orElseThrow();
    }

    private static void freeze(ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Test
    void itIsStartedAgainWhenItIsKilledAndWhenItHangs() throws Exception {
        var engine = new RedisEngine(Home.at(folder.resolve("home")));
        try (EngineKeeper keeper = EngineKeeper.keep(engine, OFTEN)) {
            keeper.up().get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertThat(engine.answers()).isTrue();
            ProcessHandle first = redis(folder);
            first.destroyForcibly();
            await("another one after the first was killed")
                    .ignoreExceptions()
                    .until(() -> redis(folder).pid() != first.pid() && engine.answers());

            ProcessHandle second = redis(folder);
            freeze(second);
            assertThat(engine.answers()).isFalse();
            await("another one after the second was frozen")
                    .ignoreExceptions()
                    .until(() -> redis(folder).pid() != second.pid() && engine.answers());
        }
        assertThat(engine.answers()).isFalse();
    }
}
