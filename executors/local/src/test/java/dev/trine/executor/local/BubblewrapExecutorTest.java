package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("bubblewrapWorks")
class BubblewrapExecutorTest extends AbstractLocalExecutorTest {

    private static final Resources SMALL = new Resources(1, 64 << 20, 0);

    static boolean bubblewrapWorks() {
        return Sandbox.strongest() == Sandbox.BUBBLEWRAP;
    }

    @Override
    Sandbox sandbox() {
        return Sandbox.BUBBLEWRAP;
    }

    @Test
    void hiddenFoldersAreEmptyEvenWhenTheyWereMadeLaterAndShownOnesAreThere() throws Exception {
        Path home = beside.resolve("home");
        Path tools = home.resolve("tools");
        var files = new Visibility(List.of(home, tools.resolve("cache")), List.of(tools));
        try (LocalExecutor executor = open(files, new Gpus(List.of(), List.of()))) {
            Files.createDirectories(tools.resolve("cache"));
            Files.writeString(home.resolve("token"), "secret");
            Files.writeString(tools.resolve("tool"), "tool");
            Files.writeString(tools.resolve("cache").resolve("credentials"), "secret");
            String seen = outputOf(
                    executor,
                    "att-files",
                    "cd %s; ls -A . tools tools/cache; cat tools/tool; touch tools/new || echo read-only"
                            .formatted(home),
                    SMALL);
            assertThat(seen).startsWith(".:\ntools\n\ntools:\ncache\ntool\n\ntools/cache:\ntoolread-only\n");
            assertThat(seen).doesNotContain("token").doesNotContain("credentials");
        }
    }

    @Test
    void onlyTheDevicesOfItsGpusAreThere() throws Exception {
        try (LocalExecutor executor = open(Visibility.SYSTEM_ALONE, twoGpus())) {
            String list = "ls %s 2>&1".formatted(beside.resolve("dev"));
            assertThat(outputOf(executor, "att-one", list, new Resources(1, 64 << 20, 1)))
                    .isEqualTo("nvidia-uvm\nnvidia0\nnvidiactl\n");
            assertThat(outputOf(executor, "att-no", list, SMALL)).contains("No such file");
        }
    }

    @Test
    void aProgramIsInASessionOfItsOwnAndSoHasNoTerminalToTypeInto() throws Exception {
        try (LocalExecutor executor = open()) {
            String session =
                    "read -r stat < /proc/$$/stat; set -- $stat; [ $6 = 0 ] && echo the outer one || echo its own";
            assertThat(outputOf(executor, "att-session", session, SMALL)).isEqualTo("its own\n");
        }
    }
}
