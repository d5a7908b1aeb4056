package dev.trine.launcher;

import picocli.CommandLine.Option;

/** How a platform is started: what the commands that start one have in common. */
final class PlatformOptions {

    @Option(
            names = "--allow-unsandboxed",
            description = "run people's own programs also where no sandbox keeps them apart from the platform")
    private boolean allowUnsandboxed;

    @Option(
            names = "--fast-unsafe",
            description = "do not wait for the disk: faster, but a crash of the machine may lose or break the database")
    private boolean fastUnsafe;

    PlatformOptions() {}

    private PlatformOptions(boolean allowUnsandboxed, boolean fastUnsafe) {
        this.allowUnsandboxed = allowUnsandboxed;
        this.fastUnsafe = fastUnsafe;
    }

    /** For a platform that is thrown away: both. */
    static PlatformOptions ofATest() {
        return new PlatformOptions(true, true);
    }

    boolean allowUnsandboxed() {
        return allowUnsandboxed;
    }

    boolean fastUnsafe() {
        return fastUnsafe;
    }
}
