package dev.trine.cli;

/** How the command ends; documented in {@code docs/reference/cli.md}, and never renumbered. */
final class ExitCode {

    static final int OK = 0;
    /** The platform refused the request, or the work failed. */
    static final int FAILED = 1;
    /** The command line itself was wrong. */
    static final int USAGE = 2;
    /** No platform answers at the server's address, or not now. */
    static final int UNREACHABLE = 3;
    /** Log in first, or again. */
    static final int UNAUTHENTICATED = 4;

    private ExitCode() {}
}
