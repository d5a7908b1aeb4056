package dev.trine.cli;

/** An error told to the user in one line, with the exit code it ends with. */
final class CliException extends RuntimeException {

    private final int exitCode;
    private final boolean passing;

    CliException(int exitCode, String message) {
        this(exitCode, message, exitCode == ExitCode.UNREACHABLE);
    }

    CliException(int exitCode, String message, boolean passing) {
        super(message);
        this.exitCode = exitCode;
        this.passing = passing;
    }

    int exitCode() {
        return exitCode;
    }

    /** Whether the next try may well be answered. */
    boolean passing() {
        return passing;
    }
}
