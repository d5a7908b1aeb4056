package dev.trine.lib.scheduling;

import dev.trine.lib.workload.Resources;
import java.util.List;

/**
 * What a decision is made on.
 *
 * @param nodes where something can run
 * @param pending what waits, in any order
 */
public record ClusterState(List<NodeState> nodes, List<Pending> pending) {

    public ClusterState {
        nodes = List.copyOf(nodes);
        pending = List.copyOf(pending);
    }

    /**
     * @param capacity all that workloads may use
     * @param free what of it is not taken
     * @param ready whether something can be placed there now; what is not ready may come back, so its capacity counts for what
     *     could ever run
     */
    public record NodeState(String id, Resources capacity, Resources free, boolean ready) {}

    /**
     * @param priority higher goes first
     * @param order among equals of priority, lower goes first
     */
    public record Pending(String id, Resources needs, int priority, long order) {}
}
