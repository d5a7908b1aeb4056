package dev.trine.lib.workload;

/**
 * An amount of a node's resources: what a workload asks for, what a node has, what of it is free.
 *
 * @param cpus cores; fractions are allowed
 * @param memoryBytes bytes of memory
 * @param gpus whole GPUs
 */
public record Resources(double cpus, long memoryBytes, int gpus) {

    public static final Resources NONE = new Resources(0, 0, 0);

    public Resources {
        if (!(cpus >= 0) || Double.isInfinite(cpus) || memoryBytes < 0 || gpus < 0) {
            throw new IllegalArgumentException(
                    "resources cannot be negative: %s cpus, %s bytes, %s gpus".formatted(cpus, memoryBytes, gpus));
        }
    }

    /** Whether this much fits into {@code free}, dimension by dimension. */
    public boolean fitsIn(Resources free) {
        return cpus <= free.cpus + 1e-9 && memoryBytes <= free.memoryBytes && gpus <= free.gpus;
    }

    public Resources plus(Resources other) {
        return new Resources(cpus + other.cpus, memoryBytes + other.memoryBytes, gpus + other.gpus);
    }

    /** This less {@code other}, each dimension at least zero. */
    public Resources minus(Resources other) {
        return new Resources(
                Math.max(0, cpus - other.cpus),
                Math.max(0, memoryBytes - other.memoryBytes),
                Math.max(0, gpus - other.gpus));
    }
}
