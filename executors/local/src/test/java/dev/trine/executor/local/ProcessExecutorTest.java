package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessExecutorTest extends AbstractLocalExecutorTest {

    @Override
    Sandbox sandbox() {
        return Sandbox.PROCESS;
    }

    /** A supervisor that writes its first words between two looks was once taken for one that had died. */
    @Test
    void oneThatBeginsWhileItIsLookedAtIsNotLost() throws Exception {
        try (LocalExecutor executor = open()) {
            for (int start = 0; start < 500; start++) {
                String name = "att-" + start;
                Path folder = Files.createDirectories(root.resolve(name));
                Files.createDirectory(folder.resolve("work"));
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
