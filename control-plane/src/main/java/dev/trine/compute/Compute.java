package dev.trine.compute;

import dev.trine.lib.workload.Resources;
import dev.trine.workload.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a neighbour may ask of compute. */
public interface Compute {

    /** Every node that was seen not too long ago, or lost. */
    List<ComputeNode> nodes();

    /** How a node stands. */
    enum NodeState {
        READY,
        LOST
    }

    /**
     * A machine.
     *
     * @param id what its executor calls it; another executor may call one of its own so too
     * @param free capacity less what placed workloads have reserved
     * @param sandbox how workloads are kept apart there
     */
    record ComputeNode(
            String id,
            String name,
            String executor,
            NodeState state,
            Resources capacity,
            Resources free,
            String sandbox,
            Map<String, String> labels,
            Instant seenAt) {
        public ComputeNode {
            labels = Map.copyOf(labels);
        }

        /** Its name among the nodes of all executors. */
        public NodeId key() {
            return new NodeId(executor, id);
        }
    }
}
