package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessExecutorTest extends AbstractLocalExecutorTest {

    @Override
    Sandbox sandbox() {
        return Sandbox.PROCESS;
    }

    @Test
    void peoplesProgramsAreRefusedWhereNothingKeepsThemApartUnlessThatIsAllowed() throws Exception {
        try (var executor = new LocalExecutor(settings(Visibility.SYSTEM_ALONE).unsandboxed(false))) {
            LaunchRefusedException refused = catchThrowableOfType(
                    LaunchRefusedException.class,
                    () -> launch(executor, "att-bare", "true", Map.of(), new Resources(1, 64 << 20, 0), null));
            assertThat(refused.reason()).isEqualTo(LaunchRefusedException.Reason.NO_SANDBOX);
            assertThat(refused).hasMessageContaining("--allow-unsandboxed");
            assertThat(executor.attempts()).isEmpty();
        }
    }

    /** A supervisor that writes its first words between two looks was once taken for one that had died. */
    @Test
    void oneThatBeginsWhileItIsLookedAtIsNotLost() throws Exception {
        try (LocalExecutor executor = open()) {
            for (int start = 0; start < 500; start++) {
                String name = "att-" + start;
                Path folder = Files.createDirectories(root.resolve(name));
                Files.createDirectory(folder.resolve("work"));
                new Attempt(folder).writeLimits(null, 1, 1 << 20);
                new Attempt(folder).writeGroups(List.of());
                // as launch() starts it, which looks at it only when it has begun
                Process supervisor = new ProcessBuilder(
                                "/bin/sh", root.resolve(".supervisor.sh").toString(), folder.toString(), "true")
                        .start();
                Observation seen;
                do {
                    seen = executor.observe(name);
                } while (!(seen instanceof Observation.Ended));
                assertThat(((Observation.Ended) seen).cause())
                        .as("start %d", start)
                        .isEqualTo(Cause.COMPLETED);
                supervisor.waitFor();
                new Attempt(folder).delete();
            }
        }
    }
}
