package dev.trine.compute;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.Tenancy;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Executors;
import dev.trine.workload.LostNodes;
import dev.trine.workload.NodeId;
import dev.trine.workload.Queue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Knows the nodes: asks the executors, and remembers in {@code nodes}. */
@Service
class NodeInventory extends BackgroundLoop implements Compute {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);
    private static final Duration LOST_AFTER = Duration.ofSeconds(60);
    /** Longer than a restart of its machine takes: what ran there may still be running. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(10);

    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

    private final NodeStore nodes;
    private final Executors executors;
    private final Queue queue;
    private final LostNodes lost;
    private final Wakeups wakeups;
    private final Clock clock;

    NodeInventory(NodeStore nodes, Executors executors, Queue queue, LostNodes lost, Wakeups wakeups, Clock clock) {
        super("nodes");
        this.nodes = nodes;
        this.executors = executors;
        this.queue = queue;
        this.lost = lost;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    protected Duration pass() {
        refresh();
        return LOOK_AGAIN;
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        return List.of();
    }

    /** Asks every executor for its nodes, and gives up those that nobody has told of for long. */
    void refresh() {
        Instant now = clock.instant();
        for (Executor executor : executors.all()) {
            executor.nodes().forEach(node -> nodes.put(executor.name(), node, now));
        }
        nodes.notSeenSince(now.minus(GIVEN_UP_AFTER)).forEach(lost::giveUp);
        nodes.deleteNotSeenSince(now.minus(FORGOTTEN_AFTER));
        wakeups.publish(Queue.TOPIC);
    }

    @Override
    public List<ComputeNode> nodes() {
        // what is taken of a node is taken by any project
        Map<NodeId, Resources> taken = Tenancy.acrossProjects(queue::allocations);
        Instant lostBefore = clock.instant().minus(LOST_AFTER);
        return nodes.all().stream()
                .map(seen -> {
                    Node node = seen.node();
                    return new ComputeNode(
                            node.id(),
                            node.name(),
                            seen.executor(),
                            seen.at().isBefore(lostBefore) ? NodeState.LOST : NodeState.READY,
                            node.capacity(),
                            node.capacity()
                                    .minus(taken.getOrDefault(new NodeId(seen.executor(), node.id()), Resources.NONE)),
                            node.isolation(),
                            node.labels(),
                            seen.at());
                })
                .toList();
    }
}
