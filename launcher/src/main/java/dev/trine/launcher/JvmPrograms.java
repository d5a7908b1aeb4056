package dev.trine.launcher;

import dev.trine.executor.local.BuiltinPrograms;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The built-in programs, started with this JVM's own Java and class path. */
final class JvmPrograms implements BuiltinPrograms {

    /**
     * A class with a main method.
     *
     * @param heap its share of the memory
     * @param tensors the share that may be native memory; the rest is for the runtime's own, threads and code
     */
    private record Main(List<String> line, double heap, double tensors) {}

    private static final Map<String, Main> MAINS = Map.of(
            "train", new Main(List.of("dev.trine.runner.Runner", "train"), 0.6, 0.3),
            "evaluate", new Main(List.of("dev.trine.runner.Runner", "evaluate"), 0.6, 0.3),
            "model-server", new Main(List.of("dev.trine.modelserver.ModelServer"), 0.4, 0.2));

    private static final long LEAST_HEAP_MIB = 32;
    private static final long LEAST_TENSORS_MIB = 16;

    @Override
    public Optional<List<String>> commandLine(Program.Builtin program, Resources resources, Path tmp) {
        Main main = MAINS.get(program.name());
        if (main == null) {
            return Optional.empty();
        }
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx" + mebibytes(resources, main.heap(), LEAST_HEAP_MIB),
                "-XX:MaxDirectMemorySize=" + mebibytes(resources, main.tensors(), LEAST_TENSORS_MIB),
                // a JVM without memory is no JVM to go on with; its exit code is 3, and it says why where errors are
                // looked for
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:ActiveProcessorCount=" + Math.max(1, (long) Math.ceil(resources.cpus())),
                "-Djava.io.tmpdir=" + tmp,
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=model-server-logback.xml",
                "-cp",
                System.getProperty("java.class.path")));
        line.addAll(main.line());
        line.addAll(program.args());
        return Optional.of(line);
    }

    private static String mebibytes(Resources resources, double share, long least) {
        return Math.max(least, (long) (resources.memoryBytes() * share) >> 20) + "m";
    }
}
