package dev.trine.scheduling;

import dev.trine.compute.Compute;
import dev.trine.compute.Compute.ComputeNode;
import dev.trine.lib.scheduling.ClusterState;
import dev.trine.lib.scheduling.ClusterState.NodeState;
import dev.trine.lib.scheduling.ClusterState.Pending;
import dev.trine.lib.scheduling.Decision;
import dev.trine.lib.scheduling.Scheduler;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.AdvisoryLocks;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.DatabaseFault;
import dev.trine.shared.Tenancy;
import dev.trine.shared.Wakeups;
import dev.trine.workload.NodeId;
import dev.trine.workload.Queue;
import dev.trine.workload.Queue.Waiting;
import dev.trine.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives waiting workloads their places, as soon as something waits or becomes free. One copy of the control plane decides at a
 * time, under an advisory lock; its decisions are committed, each by itself, with the lock still held, so no two copies ever count on the same resources.
 */
@Service
class SchedulingLoop extends BackgroundLoop implements Scheduling {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulingLoop.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final long LOCK = 0x7363686564L;

    private final Scheduler scheduler = new Scheduler();
    private final Queue queue;
    private final Compute compute;
    private final Wakeups wakeups;
    private final AdvisoryLocks locks;
    private final TransactionTemplate transactions;
    private final TransactionTemplate each;

    SchedulingLoop(
            Queue queue, Compute compute, Wakeups wakeups, AdvisoryLocks locks, TransactionTemplate transactions) {
        super("scheduling");
        this.queue = queue;
        this.compute = compute;
        this.wakeups = wakeups;
        this.locks = locks;
        this.transactions = transactions;
        this.each = new TransactionTemplate(Objects.requireNonNull(transactions.getTransactionManager()));
        each.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    @Override
    public Optional<String> whyImpossible(Resources resources) {
        return Scheduler.whyImpossible(
                resources, compute.nodes().stream().map(SchedulingLoop::state).toList());
    }

    @Override
    public Optional<Explanation> explain(WorkloadId id) {
        // the line is one for all projects; of the others it tells only how many wait
        List<Waiting> waiting = Tenancy.acrossProjects(queue::waiting);
        return decide(waiting, compute.nodes()).stream()
                .filter(decision -> decision.workload().equals(id.toString()))
                .findFirst()
                .map(decision -> switch (decision) {
                    case Decision.Place place ->
                        new Explanation(
                                1,
                                waiting.size(),
                                "is about to start on "
                                        + NodeId.of(place.node()).id());
                    case Decision.Wait wait -> new Explanation(wait.position(), waiting.size(), wait.reason());
                    case Decision.Reject reject -> new Explanation(0, waiting.size(), reject.reason());
                });
    }

    private List<Decision> decide(List<Waiting> waiting, List<ComputeNode> nodes) {
        return scheduler.decide(new ClusterState(
                nodes.stream().map(SchedulingLoop::state).toList(),
                waiting.stream()
                        .map(one -> new Pending(
                                one.id().toString(),
                                one.needs(),
                                one.priority(),
                                one.queuedAt().toEpochMilli()))
                        .toList()));
    }

    private static NodeState state(ComputeNode node) {
        return new NodeState(
                node.key().toString(), node.capacity(), node.free(), node.state() == Compute.NodeState.READY);
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        return List.of(wakeups.subscribe(Queue.TOPIC, this::wake));
    }

    /** Everything that waits gets a place, a reason, or its end. */
    @Override
    protected Duration pass() {
        transactions.executeWithoutResult(status -> {
            if (!locks.tryTake(LOCK)) {
                return;
            }
            List<Waiting> waiting = queue.waiting();
            if (waiting.isEmpty()) {
                return;
            }
            decide(waiting, compute.nodes()).forEach(this::carryOut);
        });
        return LOOK_AGAIN;
    }

    /** In a transaction of its own: a decision that cannot be carried out keeps nobody else waiting. */
    private void carryOut(Decision decision) {
        WorkloadId id = WorkloadId.of(decision.workload());
        try {
            each.executeWithoutResult(status -> {
                switch (decision) {
                    case Decision.Place place -> queue.place(id, NodeId.of(place.node()));
                    case Decision.Wait wait -> queue.explain(id, wait.reason());
                    case Decision.Reject reject -> queue.reject(id, reject.reason());
                }
            });
        } catch (RuntimeException e) {
            if (DatabaseFault.isBehind(e)) {
                throw e;
            }
            LOG.error("{} could not be carried out", decision, e);
        }
    }
}
