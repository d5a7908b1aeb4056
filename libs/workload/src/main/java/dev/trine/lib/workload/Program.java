package dev.trine.lib.workload;

import java.util.List;

/** What a workload starts. */
public sealed interface Program {

    /**
     * A command of the user's own, found on the node.
     *
     * @param argv the executable and its arguments; never empty
     */
    record Command(List<String> argv) implements Program {
        public Command {
            argv = List.copyOf(argv);
            if (argv.isEmpty() || argv.getFirst().isBlank()) {
                throw new IllegalArgumentException("a command needs at least the name of an executable");
            }
        }
    }

    /**
     * A program that comes with the platform; each executor knows how to start it ({@code train}, {@code evaluate}, {@code
     * model-server}).
     *
     * @param name the program's name
     * @param args its arguments
     */
    record Builtin(String name, List<String> args) implements Program {
        public Builtin {
            args = List.copyOf(args);
            if (name.isBlank()) {
                throw new IllegalArgumentException("a built-in program needs a name");
            }
        }

        /** Exit code of built-in programs for arguments or data that are wrong; trying again cannot help. */
        public static final int WRONG_INPUT = 2;

        /** Exit code of built-in programs for a model that cannot be served; trying again cannot help. */
        public static final int UNUSABLE_MODEL = 4; // 3 is that of a JVM that has run out of memory
    }
}
