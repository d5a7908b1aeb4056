package dev.trine.workload;

/**
 * Names a node among those of all executors: {@code executor/id}.
 *
 * @param executor which executor runs workloads there
 * @param id what that executor calls it
 */
public record NodeId(String executor, String id) {

    public NodeId {
        if (executor.isEmpty() || executor.indexOf('/') >= 0 || id.isEmpty()) {
            throw new IllegalArgumentException(
                    "needs an executor's name without a slash and a node's id, was '%s' and '%s'"
                            .formatted(executor, id));
        }
    }

    /** Reads the text form. */
    public static NodeId of(String text) {
        int slash = text.indexOf('/');
        return new NodeId(text.substring(0, Math.max(0, slash)), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return executor + "/" + id;
    }
}
