package dev.trine.lib.workload;

/** An attempt that can never start as asked. */
public final class LaunchRefusedException extends Exception {

    private final Reason reason;

    public LaunchRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What cannot be met. */
    public enum Reason {
        PROGRAM_NOT_FOUND,
        /** Arguments or an environment that no process can be given; see {@link ProcessArguments}. */
        ARGUMENTS_INVALID,
        INPUT_MISMATCH,
        /** It is placed on a node that this executor does not have (any more); another place may do. */
        NODE_UNKNOWN,
        RESOURCES_IMPOSSIBLE,
        /** The node cannot keep other people's programs apart from itself, and was not told to run them nevertheless. */
        NO_SANDBOX
    }
}
