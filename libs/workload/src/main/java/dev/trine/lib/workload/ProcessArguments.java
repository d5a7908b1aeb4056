package dev.trine.lib.workload;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a process can be given as its arguments and environment: the least that the supported systems take. Linux has at most 128
 * KiB a string ({@code MAX_ARG_STRLEN}), macOS 1 MiB for all of them together.
 */
public final class ProcessArguments {

    /** Bytes of one argument, or of one variable with its name and {@code =}, in UTF-8. */
    public static final int MOST_BYTES = (128 << 10) - 1;

    /** Bytes of all arguments and variables together, as {@link #bytes} counts them. */
    public static final int MOST_BYTES_IN_ALL = 512 << 10;

    /** A system keeps each string with a NUL at its end and a pointer to it. */
    private static final int BYTES_BESIDE_A_STRING = 1 + Long.BYTES;

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ProcessArguments() {}

    /** Whether a shell takes this for the name of a variable. */
    public static boolean isVariableName(String name) {
        return VARIABLE.matcher(name).matches();
    }

    /** What is wrong with an argument, and what would be right; empty when nothing is. */
    public static Optional<String> problem(String argument) {
        return problem(argument, 0);
    }

    /** What is wrong with a variable's value, and what would be right; empty when nothing is. */
    public static Optional<String> problem(String variable, String value) {
        return problem(value, variable.length() + 1);
    }

    private static Optional<String> problem(String text, int before) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of("must not have the character NUL (U+0000) in it, had it at position %d"
                    .formatted(text.indexOf('\0')));
        }
        int bytes = before + utf8(text);
        return bytes > MOST_BYTES
                ? Optional.of("must have at most %d bytes in UTF-8, had %d; put it into a file"
                        .formatted(MOST_BYTES - before, bytes - before))
                : Optional.empty();
    }

    /** What is wrong with a program's whole arguments and environment; empty when nothing is. */
    public static Optional<String> problem(Collection<String> arguments, Map<String, String> environment) {
        for (String argument : arguments) {
            Optional<String> problem = problem(argument);
            if (problem.isPresent()) {
                return problem.map("an argument "::concat);
            }
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!isVariableName(name)) {
                return Optional.of("'%s' is not a name of an environment variable".formatted(name));
            }
            Optional<String> problem = problem(name, variable.getValue());
            if (problem.isPresent()) {
                return problem.map(("the environment variable " + name + " ")::concat);
            }
        }
        long bytes = bytes(arguments, environment);
        return bytes > MOST_BYTES_IN_ALL
                ? Optional.of("arguments and environment must have at most %d bytes in all, had %d"
                        .formatted(MOST_BYTES_IN_ALL, bytes))
                : Optional.empty();
    }

    /** How much of {@link #MOST_BYTES_IN_ALL} these take. */
    public static long bytes(Collection<String> arguments, Map<String, String> environment) {
        long ofArguments = arguments.stream()
                .mapToLong(text -> utf8(text) + BYTES_BESIDE_A_STRING)
                .sum();
        long ofVariables = environment.entrySet().stream()
                .mapToLong(one -> one.getKey().length() + 1L + utf8(one.getValue()) + BYTES_BESIDE_A_STRING)
                .sum();
        return ofArguments + ofVariables;
    }

    /** Bytes in UTF-8. */
    private static int utf8(String text) {
        return text.codePoints()
                .map(point -> point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
                .sum();
    }
}
