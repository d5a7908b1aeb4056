package dev.trine.lib.workload;

/** The environment variables every workload finds, whatever executor runs it. */
public final class WorkloadEnvironment {

    /** Folder with one read-only folder per {@link Input}. */
    public static final String INPUTS = "TRINE_INPUTS";
    /** Folder whose files become artifacts after success. */
    public static final String OUTPUTS = "TRINE_OUTPUTS";
    /** File to which the program appends {@link WorkloadEvent} lines. */
    public static final String EVENTS = "TRINE_EVENTS";
    /** Host name or address on which a service is to listen; see {@link Executor#address}. */
    public static final String LISTEN = "TRINE_LISTEN";
    /** The workload's id. */
    public static final String WORKLOAD_ID = "TRINE_WORKLOAD_ID";
    /** The attempt's id. */
    public static final String ATTEMPT = "TRINE_ATTEMPT";
    /** Cores reserved, a decimal number. */
    public static final String CPUS = "TRINE_CPUS";
    /** Bytes of memory reserved. */
    public static final String MEMORY_BYTES = "TRINE_MEMORY_BYTES";

    private WorkloadEnvironment() {}
}
