package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.Wakeups;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadStore.Row;
import dev.trine.workload.WorkloadTransitions.Trigger;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings one workload one step nearer to its end: looks at the wanted and at the observed state, does what is missing, and may
 * be killed at any point; whoever comes next finds the same two states and goes on. Nothing is remembered between steps.
 */
@Component
class WorkloadReconciler {

    private static final Logger LOG = LoggerFactory.getLogger(WorkloadReconciler.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int EVENTS_AT_ONCE = 1 << 20;

    private final WorkloadStore store;
    private final WorkloadService workloads;
    private final Executors executors;
    private final AttemptArchive archive;
    private final List<LaunchEnvironment> environments;
    private final Blobs blobs;
    private final Wakeups wakeups;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;
    private final Clock clock;

    WorkloadReconciler(
            WorkloadStore store,
            WorkloadService workloads,
            Executors executors,
            AttemptArchive archive,
            List<LaunchEnvironment> environments,
            Blobs blobs,
            Wakeups wakeups,
            ApplicationEventPublisher events,
            TransactionTemplate transactions,
            Clock clock) {
        this.store = store;
        this.workloads = workloads;
        this.executors = executors;
        this.archive = archive;
        this.environments = environments;
        this.blobs = blobs;
        this.wakeups = wakeups;
        this.events = events;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One step. */
    void reconcile(WorkloadId id) throws IOException {
        Row row = store.find(id).orElse(null);
        if (row == null || row.cleaned()) {
            return;
        }
        switch (row.workload().state()) {
            case QUEUED -> forgetEnded(row.workload());
            case STARTING, RUNNING, CANCELLING -> advance(row);
            case SUCCEEDED, FAILED, CANCELLED -> clean(row.workload());
        }
    }

    private void advance(Row row) throws IOException {
        Workload workload = row.workload();
        Attempt attempt = workload.attempts().getLast();
        Optional<Executor> found = executors.named(attempt.executor());
        if (found.isEmpty()) {
            return; // another copy of the control plane has this executor
        }
        Executor executor = found.get();
        String name = attempt.id().toString();
        Observation seen = executor.observe(name);
        if (row.cancelReason() != null
                && !(seen instanceof Observation.Ended)
                && !(seen instanceof Observation.Absent)) {
            executor.stop(name, GRACE);
        }
        switch (seen) {
            case Observation.Absent absent -> absent(executor, row, attempt);
            case Observation.Starting starting -> {}
            case Observation.Running running -> {
                running(workload.id(), attempt, running.startedAt());
                readEvents(executor, workload, attempt);
                wakeups.publish(WorkloadService.outputTopic(workload.id()));
            }
            case Observation.Ended ended -> {
                readAllEvents(executor, workload, attempt);
                finish(executor, row, attempt, ended);
            }
        }
    }

    /** Not launched yet, or lost. */
    private void absent(Executor executor, Row row, Attempt attempt) throws IOException {
        Workload workload = row.workload();
        Instant now = clock.instant();
        if (row.cancelReason() != null) {
            finish(executor, row, attempt, new Observation.Ended(-1, Cause.STOPPED, "never started", now, now));
        } else if (workload.state() == WorkloadState.RUNNING || attempt.startedAt() != null) {
            finish(
                    executor,
                    row,
                    attempt,
                    new Observation.Ended(-1, Cause.LOST, "its machine does not know it any more", now, now));
        } else {
            launch(executor, row, attempt);
        }
    }

    private void launch(Executor executor, Row row, Attempt attempt) throws IOException {
        Workload workload = row.workload();
        try {
            executor.launch(new Executor.Launch(
                    workload.id().toString(),
                    attempt.id().toString(),
                    attempt.node(),
                    withEnvironment(row),
                    blobs::open));
        } catch (LaunchRefusedException refused) {
            var reason = new Reason(refused.reason().name(), String.valueOf(refused.getMessage()));
            end(workload.id(), attempt, reason, null, Trigger.REJECTED, null, null);
        }
    }

    private WorkloadSpec withEnvironment(Row row) {
        WorkloadSpec spec = row.workload().spec();
        var env = new HashMap<String, String>();
        environments.forEach(source -> env.putAll(source.environment(row.workload(), row.submittedBy())));
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

    private void running(WorkloadId id, Attempt attempt, Instant startedAt) {
        if (attempt.startedAt() != null) {
            return;
        }
        transactions.executeWithoutResult(status -> {
            Workload locked = store.lock(id).orElseThrow().workload();
            store.running(id, attempt.id(), startedAt);
            workloads.change(locked, Trigger.PROGRAM_RUNS, null);
        });
    }

    private void readAllEvents(Executor executor, Workload workload, Attempt attempt) throws IOException {
        while (readEvents(executor, workload, attempt)) {
            // until nothing is left
        }
    }

    /** Handles the next whole lines of the events channel, each exactly once; whether there were any. */
    private boolean readEvents(Executor executor, Workload workload, Attempt attempt) throws IOException {
        long offset = store.files(attempt.id()).eventsOffset();
        byte[] bytes = executor.read(attempt.id().toString(), Channel.EVENTS, offset, EVENTS_AT_ONCE);
        EventLines.Parsed parsed = EventLines.parse(bytes);
        if (parsed.bytesRead() == 0) {
            return false;
        }
        transactions.executeWithoutResult(status -> {
            if (!store.eventsRead(attempt.id(), offset, offset + parsed.bytesRead())) {
                return;
            }
            events.publishEvent(new WorkloadReported(
                    workload.id(), workload.owner(), workload.ownerId(), attempt.number(), parsed.events()));
            for (WorkloadEvent event : parsed.events()) {
                if (event instanceof WorkloadEvent.Listening(int port)) {
                    store.address(workload.id(), "127.0.0.1", port);
                    workloads.tell(workload.id());
                }
            }
        });
        return true;
    }

    private void finish(Executor executor, Row row, Attempt attempt, Observation.Ended ended) throws IOException {
        Workload workload = row.workload();
        boolean task = workload.spec().kind() == WorkloadSpec.Kind.TASK;
        boolean well = task && ended.cause() == Cause.COMPLETED;
        AttemptArchive.Kept kept = archive.keep(executor, workload, attempt, well);
        if (well) {
            end(workload.id(), attempt, null, ended, Trigger.ENDED_WELL, kept, null);
            return;
        }
        Reason reason = reason(ended, kept.lastError(), task);
        boolean retry = row.cancelReason() == null
                && attempt.number() <= workload.spec().maxRetries();
        Instant notBefore = retry ? clock.instant().plus(backOff(attempt.number())) : null;
        end(workload.id(), attempt, reason, ended, retry ? Trigger.TO_RETRY : Trigger.ENDED_BADLY, kept, notBefore);
    }

    /** 1 s, 2 s, 4 s, … at most a minute. */
    private static Duration backOff(int attempt) {
        return Duration.ofSeconds(Math.min(60, 1L << Math.min(attempt - 1, 10)));
    }

    private void end(
            WorkloadId id,
            Attempt attempt,
            @Nullable Reason reason,
            Observation.@Nullable Ended ended,
            Trigger trigger,
            AttemptArchive.@Nullable Kept kept,
            @Nullable Instant notBefore) {
        Instant now = clock.instant();
        Boolean changed = transactions.execute(status -> {
            Row locked = store.lock(id).orElseThrow();
            Optional<WorkloadState> next =
                    WorkloadTransitions.next(locked.workload().state(), trigger);
            if (next.isEmpty()) {
                return false;
            }
            boolean over = next.get().ended();
            String cancelReason = locked.cancelReason();
            Reason told = next.get() == WorkloadState.CANCELLED && cancelReason != null
                    ? new Reason("CANCELLED", cancelReason)
                    : reason;
            WorkloadState attemptState = over ? next.get() : WorkloadState.FAILED;
            store.attemptEnded(
                    new Attempt(
                            attempt.id(),
                            attempt.number(),
                            attemptState,
                            attempt.executor(),
                            attempt.node(),
                            ended == null ? null : ended.exitCode(),
                            told,
                            ended == null ? null : ended.startedAt(),
                            ended == null ? now : ended.endedAt()),
                    kept == null ? null : kept.stdoutKey(),
                    kept == null ? null : kept.stderrKey());
            if (kept != null) {
                store.insertOutputs(id, kept.outputs());
            }
            store.settled(id, over ? now : null, notBefore);
            workloads.change(locked.workload(), trigger, told);
            wakeups.publish(Queue.TOPIC);
            wakeups.publish(WorkloadService.RECONCILE_TOPIC);
            wakeups.publish(WorkloadService.outputTopic(id));
            return true;
        });
        if (Boolean.TRUE.equals(changed)) {
            LOG.info(
                    "{} attempt {}: {}{}", id, attempt.number(), trigger, reason == null ? "" : " " + reason.message());
        }
    }

    private static Reason reason(Observation.Ended ended, String lastError, boolean task) {
        String said = lastError.isEmpty() ? "" : ": " + lastError;
        return switch (ended.cause()) {
            case COMPLETED ->
                new Reason("ENDED", task ? "ended" : "the service ended by itself with exit code 0" + said);
            case FAILED -> new Reason("EXIT_CODE", "ended with exit code %d%s".formatted(ended.exitCode(), said));
            case OUT_OF_MEMORY, TIMED_OUT, STOPPED, KILLED, LOST ->
                new Reason(ended.cause().name(), ended.message());
        };
    }

    /** Between two attempts: the old one's folder and processes go. */
    private void forgetEnded(Workload workload) throws IOException {
        for (Attempt attempt : workload.attempts()) {
            if (attempt.state().ended()) {
                Optional<Executor> executor = executors.named(attempt.executor());
                if (executor.isPresent()) {
                    executor.get().forget(attempt.id().toString());
                }
            }
        }
    }

    private void clean(Workload workload) throws IOException {
        boolean ours = workload.attempts().stream()
                .allMatch(attempt -> executors.named(attempt.executor()).isPresent());
        if (ours) {
            forgetEnded(workload);
            store.cleaned(workload.id());
        }
    }
}
