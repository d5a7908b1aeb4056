package dev.trine.lib.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.scheduling.ClusterState.NodeState;
import dev.trine.lib.scheduling.ClusterState.Pending;
import dev.trine.lib.workload.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SchedulerProperties {

    private final Scheduler scheduler = new Scheduler();

    @Property
    void noNodeIsEverGivenMoreThanItHasFree(@ForAll("clusters") ClusterState cluster) {
        Map<String, Resources> taken = new HashMap<>();
        for (Decision decision : scheduler.decide(cluster)) {
            if (decision instanceof Decision.Place place) {
                taken.merge(place.node(), needs(cluster, place.workload()), Resources::plus);
            }
        }
        cluster.nodes()
                .forEach(node -> assertThat(
                                taken.getOrDefault(node.id(), Resources.NONE).fitsIn(node.free()))
                        .isTrue());
    }

    @Property
    void nothingIsPlacedOnANodeThatIsAway(@ForAll("clusters") ClusterState cluster) {
        for (Decision decision : scheduler.decide(cluster)) {
            if (decision instanceof Decision.Place place) {
                assertThat(cluster.nodes()).anyMatch(node -> node.id().equals(place.node()) && node.ready());
            }
        }
    }

    @Example
    void whatOnlyANodeThatIsAwayCouldFitWaitsAndHoldsNobodyBack() {
        var big = new Resources(8, 8L << 30, 0);
        var small = new Resources(1, 1L << 30, 0);
        var cluster = new ClusterState(
                List.of(new NodeState("big", big, big, false), new NodeState("small", small, small, true)),
                List.of(new Pending("first", big, 0, 0), new Pending("second", small, 0, 1)));
        assertThat(scheduler.decide(cluster))
                .containsExactly(
                        new Decision.Wait(
                                "first",
                                1,
                                "needs 8 cpus, 8.00 GiB of memory and 0 GPUs on one node; only big could fit it, and does not"
                                        + " answer"),
                        new Decision.Place("second", "small"));
    }

    @Property
    void everyPendingWorkloadGetsExactlyOneDecision(@ForAll("clusters") ClusterState cluster) {
        assertThat(scheduler.decide(cluster).stream().map(Decision::workload))
                .containsExactlyInAnyOrderElementsOf(
                        cluster.pending().stream().map(Pending::id).toList());
    }

    @Property
    void theOrderInWhichNodesAndWorkloadsAreGivenChangesNothing(
            @ForAll("clusters") ClusterState cluster, @ForAll long seed) {
        var nodes = new ArrayList<>(cluster.nodes());
        var pending = new ArrayList<>(cluster.pending());
        Collections.shuffle(nodes, new Random(seed));
        Collections.shuffle(pending, new Random(seed));
        assertThat(scheduler.decide(new ClusterState(nodes, pending))).isEqualTo(scheduler.decide(cluster));
    }

    @Property
    void onlyWhatNoIdleNodeCouldFitIsRejected(@ForAll("clusters") ClusterState cluster) {
        for (Decision decision : scheduler.decide(cluster)) {
            boolean possible = cluster.nodes().stream()
                    .anyMatch(node -> needs(cluster, decision.workload()).fitsIn(node.capacity()));
            assertThat(decision instanceof Decision.Reject).isEqualTo(!possible);
        }
    }

    @Property
    void nothingOvertakesTheFirstThatWaitsForAResourceTheyShare(@ForAll("clusters") ClusterState cluster) {
        Resources head = null;
        for (Decision decision : scheduler.decide(cluster)) {
            Resources needs = needs(cluster, decision.workload());
            boolean servable = cluster.nodes().stream().anyMatch(node -> node.ready() && needs.fitsIn(node.capacity()));
            if (decision instanceof Decision.Wait && head == null && servable) {
                head = needs;
            } else if (decision instanceof Decision.Place && head != null) {
                assertThat(needs.cpus() > 0 && head.cpus() > 0).isFalse();
                assertThat(needs.memoryBytes() > 0 && head.memoryBytes() > 0).isFalse();
                assertThat(needs.gpus() > 0 && head.gpus() > 0).isFalse();
            }
        }
    }

    private static Resources needs(ClusterState cluster, String id) {
        return cluster.pending().stream()
                .filter(pending -> pending.id().equals(id))
                .findFirst()
                .orElseThrow()
                .needs();
    }

    @Provide
    Arbitrary<ClusterState> clusters() {
        Arbitrary<Resources> resources = Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 2))
                .as((cpus, gib, gpus) -> new Resources(cpus, (long) gib << 30, gpus));
        Arbitrary<List<NodeState>> nodes = Combinators.combine(
                        resources, resources, Arbitraries.integers().between(0, 4))
                .as((capacity, taken, ready) -> new NodeState("", capacity, capacity.minus(taken), ready > 0))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(all -> IntStream.range(0, all.size())
                        .mapToObj(i -> new NodeState(
                                "node-" + i,
                                all.get(i).capacity(),
                                all.get(i).free(),
                                all.get(i).ready()))
                        .toList());
        Arbitrary<List<Pending>> pending = Combinators.combine(
                        resources, Arbitraries.integers().between(-2, 2))
                .as((needs, priority) -> new Pending("", needs, priority, 0))
                .list()
                .ofMaxSize(12)
                .map(all -> IntStream.range(0, all.size())
                        .mapToObj(i -> new Pending(
                                "w-" + i, all.get(i).needs(), all.get(i).priority(), i))
                        .toList());
        return Combinators.combine(nodes, pending).as(ClusterState::new);
    }
}
