package dev.trine.executor.local;

import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Knows how the platform's own programs are started on this machine. */
@FunctionalInterface
public interface BuiltinPrograms {

    /** No built-in programs. */
    BuiltinPrograms NONE = (program, resources, tmp) -> Optional.empty();

    /**
     * The command line of a program within its resources; empty if there is no such program.
     *
     * @param tmp where it may put temporary files
     */
    Optional<List<String>> commandLine(Program.Builtin program, Resources resources, Path tmp);
}
