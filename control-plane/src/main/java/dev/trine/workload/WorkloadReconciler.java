package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.InstanceProperties;
import dev.trine.shared.Wakeups;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload.Attempt;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings one workload one step nearer to its end: looks at the wanted and at the observed state, does what is missing, and may
 * be killed at any point; whoever comes next finds the same two states and goes on. Nothing is remembered between steps.
 */
@Component
class WorkloadReconciler implements LostNodes {

    private static final Logger LOG = LoggerFactory.getLogger(WorkloadReconciler.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** How long a copy has a workload for itself that does not say that it still works on it. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private final InstanceProperties self;
    private final WorkloadStore store;
    private final LeaseStore leases;
    private final Executors executors;
    private final AttemptEvents told;
    private final AttemptEndings endings;
    private final List<LaunchEnvironment> environments;
    private final Blobs blobs;
    private final Wakeups wakeups;
    private final TransactionTemplate transactions;
    private final Clock clock;

    WorkloadReconciler(
            InstanceProperties self,
            WorkloadStore store,
            LeaseStore leases,
            Executors executors,
            AttemptEvents told,
            AttemptEndings endings,
            List<LaunchEnvironment> environments,
            Blobs blobs,
            Wakeups wakeups,
            TransactionTemplate transactions,
            Clock clock) {
        this.self = self;
        this.store = store;
        this.leases = leases;
        this.executors = executors;
        this.told = told;
        this.endings = endings;
        this.environments = environments;
        this.blobs = blobs;
        this.wakeups = wakeups;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One step, of what is on this copy's own nodes; what is on another's is left alone. */
    void reconcile(WorkloadId id) throws IOException {
        Optional<Held> held = hold(id);
        if (held.isPresent()) {
            Optional<Executor> executor = executor(held.get().attempt());
            if (executor.isPresent() && !held.get().attempt().state().ended()) {
                advance(executor.get(), held.get());
            }
        }
        forgetEnded(id);
    }

    /** Ends a workload whose steps fail for a reason that does not pass. */
    void endStuck(WorkloadId id, Throwable failure) {
        hold(id).ifPresent(held -> executor(held.attempt()).ifPresent(its -> endings.stuck(its, held, failure)));
    }

    private Optional<Held> hold(WorkloadId id) {
        OptionalLong token = leases.take(id, executors.nodes(), self.name(), LEASE);
        return token.isPresent() ? store.find(id).map(row -> new Held(row, token.getAsLong())) : Optional.empty();
    }

    private Optional<Executor> executor(Attempt attempt) {
        return executors.on(attempt.place());
    }

    /** Keeps the leases on workloads whose steps take longer. */
    void keep(Collection<WorkloadId> inStep) {
        leases.keep(inStep, self.name(), LEASE);
    }

    /** Lets others have what this copy worked on; it does no more steps. */
    void release() {
        leases.release(self.name());
    }

    @Override
    public void giveUp(NodeId node) {
        for (WorkloadId id : store.placedOn(node)) {
            // in one transaction: whoever had the lease, if it lives after all, does not get it back between
            transactions.executeWithoutResult(transaction -> {
                long token = leases.takeOver(id);
                store.find(id)
                        .ifPresent(
                                row -> endings.lost(new Held(row, token), "node '%s' has gone".formatted(node.id())));
            });
        }
    }

    private void advance(Executor executor, Held held) throws IOException {
        String name = held.attempt().id().toString();
        boolean toEnd = held.row().cancelReason() != null || held.row().restart() != null;
        Observation seen = executor.observe(name);
        if (toEnd && !(seen instanceof Observation.Ended) && !(seen instanceof Observation.Absent)) {
            executor.stop(name, GRACE);
        }
        switch (seen) {
            case Observation.Absent absent -> absent(executor, held, toEnd);
            case Observation.Starting starting -> {}
            case Observation.Running running -> {
                told.running(held, running.startedAt());
                told.read(executor, held);
                wakeups.publish(WorkloadService.outputTopic(held.id()));
            }
            case Observation.Ended ended -> {
                // whoever waits for a cancel does not wait for all that its program had to tell
                if (told.readRest(executor, held) || toEnd) {
                    endings.finish(executor, held, ended);
                } else {
                    wakeups.publish(WorkloadService.RECONCILE_TOPIC);
                }
            }
        }
    }

    /** Not launched yet, or lost. */
    private void absent(Executor executor, Held held, boolean toEnd) throws IOException {
        Instant now = clock.instant();
        if (toEnd) {
            endings.finish(executor, held, new Observation.Ended(-1, Cause.STOPPED, "never started", now, now));
        } else if (held.workload().state() == WorkloadState.RUNNING
                || held.attempt().startedAt() != null) {
            endings.lost(held, "its machine does not know it any more");
        } else {
            launch(executor, held);
        }
    }

    private void launch(Executor executor, Held held) throws IOException {
        Attempt attempt = held.attempt();
        try {
            executor.launch(new Executor.Launch(
                    held.id().toString(), attempt.id().toString(), attempt.node(), withEnvironment(held), blobs::open));
        } catch (LaunchRefusedException refused) {
            if (refused.reason() == LaunchRefusedException.Reason.NODE_UNKNOWN) {
                endings.launchFailed(held, refused); // its place is gone; there may be others
            } else {
                endings.refused(held, refused);
            }
        } catch (IOException e) {
            if (Disturbances.passes(e)) {
                throw e;
            }
            endings.launchFailed(held, e);
        }
    }

    private WorkloadSpec withEnvironment(Held held) {
        WorkloadSpec spec = held.workload().spec();
        var env = new HashMap<String, String>();
        environments.forEach(source -> env.putAll(
                source.environment(held.workload(), held.attempt(), held.row().submittedBy())));
        env.putAll(spec.env());
        return new WorkloadSpec(
                spec.kind(),
                spec.program(),
                env,
                spec.inputs(),
                spec.resources(),
                spec.network(),
                spec.timeout(),
                spec.maxRetries());
    }

    /** The folders and processes of what is over go. Whatever keeps them here is no matter of the attempt that runs now. */
    private void forgetEnded(WorkloadId id) {
        for (Attempt attempt : store.toForget(id)) {
            executor(attempt).ifPresent(executor -> forget(executor, attempt));
        }
    }

    private void forget(Executor executor, Attempt attempt) {
        try {
            executor.forget(attempt.id().toString());
            store.forgotten(attempt.id());
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be cleared away now: {}", attempt.id(), e.toString());
        }
    }
}
