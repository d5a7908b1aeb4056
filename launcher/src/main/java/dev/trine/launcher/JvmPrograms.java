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

    private static final Map<String, List<String>> MAINS = Map.of(
            "train", List.of("dev.trine.runner.Runner", "train"),
            "evaluate", List.of("dev.trine.runner.Runner", "evaluate"),
            "model-server", List.of("dev.trine.modelserver.ModelServer"));

    /** The rest is for native memory: tensors, threads, code. */
    private static final double HEAP_SHARE = 0.6;

    @Override
    public Optional<List<String>> commandLine(Program.Builtin program, Resources resources, Path tmp) {
        List<String> main = MAINS.get(program.name());
        if (main == null) {
            return Optional.empty();
        }
        long heapMiB = Math.max(32, (long) (resources.memoryBytes() * HEAP_SHARE) >> 20);
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx" + heapMiB + "m",
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
        line.addAll(main);
        line.addAll(program.args());
        return Optional.of(line);
    }
}
