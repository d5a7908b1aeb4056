package dev.trine.lib.scheduling;

import dev.trine.lib.scheduling.ClusterState.NodeState;
import dev.trine.lib.scheduling.ClusterState.Pending;
import dev.trine.lib.workload.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Priority, then first come first served, with best fit. The first in line that does not fit holds the rest back: nothing
 * behind it may take what it waits for, so it cannot starve; workloads without resources in common with it (none of what it
 * is short of) go on.
 */
public final class Scheduler {

    private static final Comparator<Pending> LINE = Comparator.comparingInt(Pending::priority)
            .reversed()
            .thenComparingLong(Pending::order)
            .thenComparing(Pending::id);

    /** One decision for every pending workload, in the order of the line. */
    public List<Decision> decide(ClusterState cluster) {
        Map<String, Resources> free = new LinkedHashMap<>();
        cluster.nodes().stream()
                .filter(NodeState::ready)
                .sorted(Comparator.comparing(NodeState::id))
                .forEach(node -> free.put(node.id(), node.free()));
        List<Pending> line = cluster.pending().stream().sorted(LINE).toList();
        var decisions = new ArrayList<Decision>();
        Pending head = null;
        int waiting = 0;
        for (Pending next : line) {
            Optional<String> impossible = whyImpossible(next.needs(), cluster.nodes());
            if (impossible.isPresent()) {
                decisions.add(new Decision.Reject(next.id(), impossible.get()));
                continue;
            }
            String node = head != null && competes(next.needs(), head.needs()) ? null : bestFit(next.needs(), free);
            if (node == null) {
                waiting++;
                decisions.add(new Decision.Wait(next.id(), waiting, whyWaiting(next, head, free, cluster.nodes())));
                // what only a node that is away could fit gains nothing by holding others back
                head = head == null && fitsAReadyNode(next.needs(), cluster.nodes()) ? next : head;
            } else {
                free.computeIfPresent(node, (id, left) -> left.minus(next.needs()));
                decisions.add(new Decision.Place(next.id(), node));
            }
        }
        return decisions;
    }

    private static boolean fitsAReadyNode(Resources needs, List<NodeState> nodes) {
        return nodes.stream().anyMatch(node -> node.ready() && needs.fitsIn(node.capacity()));
    }

    /** Whether two workloads want some of the same resource. */
    private static boolean competes(Resources a, Resources b) {
        return (a.cpus() > 0 && b.cpus() > 0)
                || (a.memoryBytes() > 0 && b.memoryBytes() > 0)
                || (a.gpus() > 0 && b.gpus() > 0);
    }

    /** The node on which least would be left: GPUs count most, then cores, then memory; ties by id. */
    private static @Nullable String bestFit(Resources needs, Map<String, Resources> free) {
        return free.entrySet().stream()
                .filter(node -> needs.fitsIn(node.getValue()))
                .min(Comparator.<Map.Entry<String, Resources>>comparingInt(
                                node -> node.getValue().gpus())
                        .thenComparingDouble(node -> node.getValue().cpus())
                        .thenComparingLong(node -> node.getValue().memoryBytes())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Empty if some node, were it idle, could run it; empty too while no node is known. */
    public static Optional<String> whyImpossible(Resources needs, List<NodeState> nodes) {
        if (nodes.isEmpty() || nodes.stream().anyMatch(node -> needs.fitsIn(node.capacity()))) {
            return Optional.empty();
        }
        String largest = nodes.stream()
                .map(NodeState::capacity)
                .max(Comparator.comparingInt(Resources::gpus)
                        .thenComparingDouble(Resources::cpus)
                        .thenComparingLong(Resources::memoryBytes))
                .map(Scheduler::text)
                .orElse("nothing");
        return Optional.of("no node could ever fit %s; the largest has %s".formatted(text(needs), largest));
    }

    private static String whyWaiting(
            Pending next, @Nullable Pending head, Map<String, Resources> free, List<NodeState> nodes) {
        if (free.isEmpty()) {
            return "no node is ready";
        }
        List<String> away = nodes.stream()
                .filter(node -> next.needs().fitsIn(node.capacity()))
                .map(node -> node.ready() ? "" : node.id())
                .sorted()
                .toList();
        if (!away.contains("")) {
            return "needs %s on one node; only %s could fit it, and does not answer"
                    .formatted(text(next.needs()), String.join(", ", away));
        }
        if (head != null && competes(next.needs(), head.needs()) && bestFit(next.needs(), free) != null) {
            return "%s is ahead and waits for the same resources".formatted(head.id());
        }
        String most = free.values().stream()
                .max(Comparator.comparingInt(Resources::gpus)
                        .thenComparingDouble(Resources::cpus)
                        .thenComparingLong(Resources::memoryBytes))
                .map(Scheduler::text)
                .orElse("nothing");
        return "needs %s on one node; the most free on a node is %s".formatted(text(next.needs()), most);
    }

    private static String text(Resources resources) {
        return String.format(
                Locale.ROOT,
                "%s cpus, %.2f GiB of memory and %d GPUs",
                resources.cpus() == Math.rint(resources.cpus())
                        ? Long.toString((long) resources.cpus())
                        : String.format(Locale.ROOT, "%.2f", resources.cpus()),
                resources.memoryBytes() / (double) (1L << 30),
                resources.gpus());
    }
}
