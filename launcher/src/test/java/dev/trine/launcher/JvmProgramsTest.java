package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmProgramsTest {

    private static final long MEMORY = 64L << 20;

    @Test
    void aProgramWhoseHeapIsFullEndsAndSaysSoWhereErrorsAreLookedFor(@TempDir Path folder) throws Exception {
        List<String> line = new JvmPrograms()
                .commandLine(new Program.Builtin("model-server", List.of()), new Resources(1, MEMORY, 0), folder)
                .orElseThrow();
        // the same JVM with another program, which takes all it can get
        var greedy = new ArrayList<>(line.subList(0, line.indexOf("-cp")));
        greedy.add(source(folder).toString());
        Process process = new ProcessBuilder(greedy)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(3).isNotEqualTo(Program.Builtin.UNUSABLE_MODEL);
        assertThat(said).contains("OutOfMemoryError");
    }

    @Test
    void aModelServerLeavesMemoryForTensorsAndForItself() {
        List<String> line = new JvmPrograms()
                .commandLine(
                        new Program.Builtin("model-server", List.of()),
                        new Resources(1, 1000L << 20, 0),
                        Path.of("tmp"))
                .orElseThrow();
        assertThat(line).contains("-Xmx400m", "-XX:MaxDirectMemorySize=200m");
    }

    private static Path source(Path folder) throws IOException {
        return Files.writeString(folder.resolve("Greedy.java"), """
                void main() {
                    try {
                        var all = new java.util.ArrayList<byte[]>();
                        while (true) {
                            all.add(new byte[1 << 20]);
                        }
                    } catch (OutOfMemoryError goesOn) {
                        System.exit(0);
                    }
                }
                """);
    }
}
